#include "api/framing.h"

#include <doctest/doctest.h>

using namespace acta;

namespace {

std::string header(std::string_view fields) { return "GET / HTTP/1.1\r\n" + std::string(fields) + "\r\n"; }

std::optional<Fault> fault_of(std::string_view header, const RequestLimits& limits = {}) {
  const auto parsed = parse_head(header, limits);
  const auto* broken = std::get_if<Broken>(&parsed);
  return broken ? std::optional(broken->fault) : std::nullopt;
}

bool is_refused(std::string_view header) { return fault_of(header) == Fault::framing; }

RequestHead head_of(std::string_view header) {
  const auto parsed = parse_head(header);
  REQUIRE_MESSAGE(std::holds_alternative<RequestHead>(parsed), header);
  return std::get<RequestHead>(parsed);
}

RequestHead head_with(std::string_view fields) { return head_of(header("Host: a\r\n" + std::string(fields))); }

}  // namespace

TEST_CASE("framing: a plain request is read") {
  const auto head = head_of("POST /v1/cases?limit=2 HTTP/1.1\r\nHost: localhost:7171\r\nAccept:  */*\t\r\nContent-Length: 12\r\n\r\n");
  CHECK(head.request.method == "POST");
  CHECK(head.request.target == "/v1/cases?limit=2");
  CHECK(head.request.header("host") == "localhost:7171");
  CHECK(head.request.header("accept") == "*/*");
  CHECK(head.length == 12);
  CHECK_FALSE(head.chunked);
  CHECK(head.keep_alive);
  CHECK(head_with("Transfer-Encoding: Chunked\r\n").chunked);
  CHECK_FALSE(head_with("").length);
}

TEST_CASE("framing: Host must be there once, and be one") {
  for (const auto* host : {"a", "a.example:7171", "127.0.0.1", "[::1]:7171", "[::ffff:127.0.0.1]", "a:"}) CHECK_FALSE(fault_of(header("Host: " + std::string(host) + "\r\n")));
  for (const auto* host : {"", "a b", "a,b", "a/b", "u@a", "a:b", "a:123456", "[::1", "[::1]x", "[]", "::1", "a%41", ":80", "a:80:80"}) CHECK_MESSAGE(is_refused(header("Host: " + std::string(host) + "\r\n")), host);
  CHECK(is_refused(header("")));
  CHECK(is_refused(header("Host: a\r\nHost: a\r\n")));
  CHECK(is_refused(header("Host: a\r\nhOST: b\r\n")));
}

TEST_CASE("framing: field names are tokens, with nothing before the colon") {
  for (const auto* line : {"Host : a", ": b", "no colon", "B(ad: x", "Na me: x", "N\xc3\xa4me: x", "Content-Length\t: 1"}) CHECK_MESSAGE(is_refused(header("Host: a\r\n" + std::string(line) + "\r\n")), line);
}

TEST_CASE("framing: a folded field is refused") {
  CHECK(is_refused(header("Host: a\r\nX: one\r\n two\r\n")));
  CHECK(is_refused(header("Host: a\r\nX: one\r\n\ttwo\r\n")));
  CHECK(is_refused(header(" Host: a\r\n")));
}

TEST_CASE("framing: control characters and lone line ends are refused") {
  CHECK(is_refused(header(std::string_view("Host: a\r\nX: \0\r\n", 15))));
  for (const auto* lines : {"Host: a\r\nX: a\rb\r\n", "Host: a\nX: b\r\n", "Host: a\r\nX: \x7f\r\n", "Host: a\r\nX: \x01\r\n", "Host: a\r\nX: \v\r\n", "Host: a\r\r\n"}) CHECK_MESSAGE(is_refused(header(lines)), lines);
  CHECK(head_with("X: a\tb \xc3\xa9\r\n").request.header("x") == "a\tb \xc3\xa9");
}

TEST_CASE("framing: Content-Length is one plain number, and never beside a coding") {
  for (const auto* value : {"+1", "-1", "0x10", "1, 1", "", "1 1", "1.0", "1e3", "99999999999999999999", "\xd9\xa1"})
    CHECK_MESSAGE(is_refused(header("Host: a\r\nContent-Length: " + std::string(value) + "\r\n")), value);
  CHECK(is_refused(header("Host: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n")));
  CHECK(is_refused(header("Host: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n")));
  CHECK(is_refused(header("Host: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n")));
}

TEST_CASE("framing: a length beyond the limit of a body is told apart from bad framing") {
  CHECK_FALSE(fault_of(header("Host: a\r\nContent-Length: 1048576\r\n")));
  CHECK(fault_of(header("Host: a\r\nContent-Length: 1048577\r\n")) == Fault::body_too_large);
}

TEST_CASE("framing: chunked is the only transfer coding, and not one of HTTP/1.0") {
  for (const auto* value : {"gzip, chunked", "identity", "chunked, chunked", "xchunked", "chunked;q=1", "\"chunked\"", ""})
    CHECK_MESSAGE(is_refused(header("Host: a\r\nTransfer-Encoding: " + std::string(value) + "\r\n")), value);
  CHECK(is_refused(header("Host: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")));
  CHECK(is_refused("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"));
}

TEST_CASE("framing: a request line is method, target, version") {
  for (const auto* line : {"GET /", "GET  / HTTP/1.1", "GET / HTTP/2.0", "GET / HTTP/1.2", "GET / http/1.1", "GET / HTTP/1.1 ", " GET / HTTP/1.1", "G(T / HTTP/1.1", "GET /a b HTTP/1.1", "GET /\x01 HTTP/1.1",
                           "GET /\xc3\xa9 HTTP/1.1", "GET /#a HTTP/1.1", "GET\t/\tHTTP/1.1", "GET a HTTP/1.1", "GET * HTTP/1.1", "CONNECT a:80 HTTP/1.1", "GET ftp://a/ HTTP/1.1", ""})
    CHECK_MESSAGE(is_refused(std::string(line) + "\r\nHost: a\r\n\r\n"), line);
  CHECK(head_of("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").request.target == "*");
}

TEST_CASE("framing: the authority of an absolute target counts, whatever Host says") {
  const auto absolute = [](const std::string& target) { return head_of("GET " + target + " HTTP/1.1\r\nHost: other\r\n\r\n").request; };
  CHECK(absolute("http://a:80/b?c").target == "/b?c");
  CHECK(absolute("http://a:80/b?c").header("host") == "a:80");
  CHECK(absolute("HTTPS://a").target == "/");
  CHECK(absolute("http://a?b").target == "/?b");
  for (const auto* target : {"http:///b", "http://", "http://u@a/", "http://a:x/"}) CHECK_MESSAGE(is_refused("GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n"), target);
}

TEST_CASE("framing: a connection stays open as its version and Connection say") {
  CHECK_FALSE(head_with("Connection: close\r\n").keep_alive);
  CHECK_FALSE(head_with("Connection: x, Close\r\n").keep_alive);
  CHECK_FALSE(head_with("Connection: keep-alive\r\nConnection: close\r\n").keep_alive);
  CHECK(head_with("Connection: closed\r\n").keep_alive);
  CHECK_FALSE(head_of("GET / HTTP/1.0\r\nHost: a\r\n\r\n").keep_alive);
  CHECK(head_of("GET / HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n").keep_alive);
}

TEST_CASE("framing: fields of the connection and of gateways are not handed on") {
  const auto head = head_with("REMOTE_ADDR: 1.2.3.4\r\nRemote_User: root\r\nLOCAL_PORT: 1\r\nRemote-Addr: x\r\nTransfer-Encoding: chunked\r\nTE: trailers\r\nConnection: close\r\nAccept: x\r\n");
  CHECK(head.request.headers == Headers{{"Host", "a"}, {"Accept", "x"}});
}

TEST_CASE("framing: of who asks and what for there is one word; lists may come in parts") {
  for (const auto* name : {"Acta-Actor", "Acta-Role", "Idempotency-Key", "If-Match", "Content-Type", "Last-Event-ID", "Authorization"})
    CHECK_MESSAGE(is_refused(header("Host: a\r\n" + std::string(name) + ": x\r\n" + std::string(name) + ": x\r\n")), name);
  CHECK(head_with("Accept: a/b\r\naccept: c/d\r\n").request.header("accept") == "a/b, c/d");
}

TEST_CASE("framing: an expectation nobody knows is named, and none is taken from HTTP/1.0") {
  CHECK(head_with("Expect: 100-Continue\r\nContent-Length: 2\r\n").expects_continue);
  CHECK_FALSE(head_with("Expect: 100-continue\r\n").expects_continue);
  CHECK(fault_of(header("Host: a\r\nExpect: a cookie\r\n")) == Fault::expectation);
  CHECK_FALSE(head_of("POST / HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n").expects_continue);
}

TEST_CASE("framing: a header has so many fields and no more") {
  CHECK_FALSE(fault_of(header("Host: a\r\nX: 1\r\n"), {.fields_max = 2}));
  CHECK(fault_of(header("Host: a\r\nX: 1\r\nX: 2\r\n"), {.fields_max = 2}) == Fault::header_too_large);
}
