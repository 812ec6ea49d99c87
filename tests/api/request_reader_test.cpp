#include "api/request_reader.h"

#include <doctest/doctest.h>

using namespace acta;
using Wants = RequestReader::Wants;

namespace {

struct Read {
  std::vector<Request> requests;
  std::optional<Fault> fault;
  Wants wants = Wants::request;              // at the end
};

void drain(RequestReader& reader, Read& out) {
  while ((out.wants = reader.go_on()) == Wants::nothing) out.requests.push_back(reader.take().request);
  if (out.wants == Wants::refusal) out.fault = reader.broken().fault;
}

Read read(std::string_view bytes, std::size_t at_a_time, const RequestLimits& limits = {}) {
  RequestReader reader(limits);
  Read out;
  for (std::size_t i = 0; i < bytes.size() && !out.fault; i += at_a_time) {
    reader.add(bytes.substr(i, at_a_time));
    drain(reader, out);
  }
  return out;
}

// However the bytes are cut, they say the same.
Read read_all(std::string_view bytes, const RequestLimits& limits = {}) {
  const auto whole = read(bytes, bytes.size(), limits);
  for (const std::size_t at_a_time : {1, 2, 3, 7}) {
    const auto cut = read(bytes, at_a_time, limits);
    REQUIRE(cut.requests.size() == whole.requests.size());
    for (std::size_t i = 0; i < cut.requests.size(); ++i) {
      CHECK(cut.requests[i].target == whole.requests[i].target);
      CHECK(cut.requests[i].body == whole.requests[i].body);
    }
    CHECK(cut.fault == whole.fault);
  }
  return whole;
}

std::string chunked(std::string_view body) { return "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(body); }
const std::string plain = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";

}  // namespace

TEST_CASE("request reader: requests come out in their order, each with its own body") {
  const auto out = read_all("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" + chunked("2\r\nde\r\n1;x=\"y\"\r\nf\r\n0\r\n\r\n") + plain);
  REQUIRE(out.requests.size() == 3);
  CHECK(out.requests[0].body == "abc");
  CHECK(out.requests[1].body == "def");
  CHECK(out.requests[2].target == "/next");
  CHECK(out.wants == Wants::request);
}

TEST_CASE("request reader: without a declared body the next byte is the next request") {
  CHECK(read_all("POST /1 HTTP/1.1\r\nHost: a\r\n\r\n" + plain).requests.size() == 2);
}

TEST_CASE("request reader: it says what it waits for") {
  RequestReader reader(RequestLimits{});
  CHECK(reader.go_on() == Wants::request);
  reader.add("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n");
  CHECK(reader.go_on() == Wants::header);
  reader.add("\r\n");
  CHECK(reader.go_on() == Wants::body);
  CHECK(reader.take_expectation());
  CHECK_FALSE(reader.take_expectation());
  reader.add("ab");
  CHECK(reader.go_on() == Wants::nothing);
  CHECK(reader.take().request.body == "ab");
  CHECK(reader.go_on() == Wants::request);
}

TEST_CASE("request reader: one empty line before a request is read over, two are not") {
  CHECK(read_all("\r\n" + plain).requests.size() == 1);
  CHECK(read_all(plain + "\r\n" + plain).requests.size() == 2);
  CHECK(read_all("\r\n\r\n" + plain).fault == Fault::framing);
}

TEST_CASE("request reader: bytes that can never become a request are refused at once") {
  for (const std::string_view bytes : {std::string_view("\x16\x03\x01\x02"), std::string_view("GET / HTTP/1.1\nHost"), std::string_view("\n"), std::string_view(" GET"), std::string_view("\0GET", 4), std::string_view("\x80GET")})
    CHECK(read_all(bytes).fault == Fault::framing);
}

TEST_CASE("request reader: chunks are framed to the letter") {
  for (const auto* body : {"\r\n", ";x\r\n", "g\r\n", "-1\r\n", "+1\r\n", "0x1\r\n", " 1\r\n", "1 \r\n", "1\n", "1\rX", "1_0\r\n", "000000001\r\n", "FFFFFFFFF\r\n", "1 ;x\r\n", "1;\x01\r\n", "1;a\nb\r\n",
                           "1\r\nab\r\n", "1\r\na\n", "1\r\na0\r\n", "1\r\na\rX", "0\r\nX : y\r\n", "0\r\n X: y\r\n", "0\r\nX: \x01\r\n", "0\r\nX\r\n", "0\r\nX: y\n"})
    CHECK_MESSAGE(read_all(chunked(body)).fault == Fault::framing, body);
}

TEST_CASE("request reader: extensions of chunks are read over, within bounds") {
  CHECK(read_all(chunked("1;" + std::string(200, 'x') + "\r\na\r\n0\r\n\r\n")).requests.at(0).body == "a");
  CHECK(read_all(chunked("1;" + std::string(300, 'x'))).fault == Fault::framing);
  std::string many;
  for (int i = 0; i < 30; ++i) many += "1;" + std::string(200, 'x') + "\r\na\r\n";
  CHECK(read_all(chunked(many)).fault == Fault::framing);
}

TEST_CASE("request reader: what stands in a trailer changes nothing of the request") {
  const auto out = read_all(chunked("1\r\na\r\n0\r\nActa-Actor: boss\r\nHost: b\r\nContent-Length: 9\r\n\r\n") + plain);
  REQUIRE(out.requests.size() == 2);
  CHECK(out.requests[0].headers == Headers{{"Host", "a"}});
  CHECK(out.requests[0].body == "a");
  CHECK(read_all(chunked("0\r\nA: 1\r\nB: 1\r\nC: 1\r\n\r\n"), {.fields_max = 2}).fault == Fault::framing);
  CHECK(read_all(chunked("0\r\nA: " + std::string(200, 'x')), {.header_bytes_max = 100}).fault);
}

TEST_CASE("request reader: header and body have their limits, to the byte") {
  const RequestLimits limits{.header_bytes_max = plain.size(), .body_bytes_max = 3};
  CHECK(read_all(plain, limits).requests.size() == 1);
  CHECK(read_all("G" + plain, limits).fault == Fault::header_too_large);
  CHECK(read_all(std::string(plain.size() + 1, 'G'), limits).fault == Fault::header_too_large);
  const RequestLimits small_body{.body_bytes_max = 3};
  CHECK(read_all(chunked("2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"), small_body).requests.at(0).body == "abc");
  CHECK(read_all(chunked("2\r\nab\r\n2\r\n"), small_body).fault == Fault::body_too_large);
  CHECK(read_all(chunked("FFFFFFFF\r\n"), small_body).fault == Fault::body_too_large);
}

TEST_CASE("request reader: nothing is read behind what is broken") {
  RequestReader reader(RequestLimits{});
  reader.add("nonsense\r\n\r\n" + plain);
  CHECK(reader.go_on() == Wants::refusal);
  reader.add(plain);
  CHECK(reader.go_on() == Wants::refusal);
}
