#include "api/framing.h"

#include <doctest/doctest.h>

using acta::framing_fault;

namespace {

std::string header(std::string_view fields) { return "GET / HTTP/1.1\r\n" + std::string(fields) + "\r\n"; }

}  // namespace

TEST_CASE("framing: a plain request passes") {
  CHECK_FALSE(framing_fault(header("Host: localhost:7171\r\nAccept:  */*\t\r\n")));
  CHECK_FALSE(framing_fault(header("Host: [::1]:7171\r\nContent-Length: 0\r\n")));
  CHECK_FALSE(framing_fault(header("Host: a\r\nTransfer-Encoding: Chunked\r\n")));
}

TEST_CASE("framing: Host must be there once, and be one") {
  CHECK(framing_fault(header("")));
  CHECK(framing_fault(header("Host:\r\n")));
  CHECK(framing_fault(header("Host: a\r\nHost: a\r\n")));
  CHECK(framing_fault(header("Host: a b\r\n")));
  CHECK(framing_fault(header("Host: a,b\r\n")));
  CHECK(framing_fault(header("Host: a/b\r\n")));
}

TEST_CASE("framing: field names are tokens, with nothing before the colon") {
  CHECK(framing_fault(header("Host : a\r\n")));
  CHECK(framing_fault(header("Host: a\r\n: b\r\n")));
  CHECK(framing_fault(header("Host: a\r\nno colon\r\n")));
  CHECK(framing_fault(header("Host: a\r\nB(ad: x\r\n")));
}

TEST_CASE("framing: a folded field is refused") { CHECK(framing_fault(header("Host: a\r\nX: one\r\n two\r\n"))); }

TEST_CASE("framing: control characters and lone line ends are refused") {
  CHECK(framing_fault(header(std::string_view("Host: a\r\nX: \0\r\n", 15))));
  CHECK(framing_fault(header("Host: a\r\nX: a\rb\r\n")));
  CHECK(framing_fault(header("Host: a\nX: b\r\n")));
  CHECK(framing_fault(header("Host: a\r\nX: \x7f\r\n")));
}

TEST_CASE("framing: Content-Length is one plain number, and never beside a coding") {
  for (const auto* value : {"+1", "-1", "0x10", "1, 1", "", "1 1", "99999999999999999999"})
    CHECK(framing_fault(header("Host: a\r\nContent-Length: " + std::string(value) + "\r\n")));
  CHECK(framing_fault(header("Host: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n")));
  CHECK(framing_fault(header("Host: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n")));
}

TEST_CASE("framing: chunked is the only transfer coding") {
  CHECK(framing_fault(header("Host: a\r\nTransfer-Encoding: gzip, chunked\r\n")));
  CHECK(framing_fault(header("Host: a\r\nTransfer-Encoding: identity\r\n")));
  CHECK(framing_fault(header("Host: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")));
}

TEST_CASE("framing: a request line is method, target, version") {
  for (const auto* line : {"GET /", "GET  / HTTP/1.1", "GET / HTTP/2.0", " GET / HTTP/1.1", "G(T / HTTP/1.1", "GET /a b HTTP/1.1", "GET /\x01 HTTP/1.1", ""})
    CHECK(framing_fault(std::string(line) + "\r\nHost: a\r\n\r\n"));
}
