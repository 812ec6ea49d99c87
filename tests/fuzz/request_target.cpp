// Bytes of a connection: what they are read as does not depend on how they were cut, and the router answers every request
// of them, with anything but a fault of its own. A read records nothing.

#include <nlohmann/json.hpp>

#include "api/request_reader.h"
#include "events/assert.h"
#include "tests/api/fixture.h"
#include "tests/fuzz/target.h"

namespace {

using namespace acta;

constexpr RequestLimits limits{.header_bytes_max = 1'024, .fields_max = 12, .body_bytes_max = 2'048};
constexpr std::size_t pieces_max = 64;

struct Reading {
  std::vector<RequestHead> requests;
  RequestReader::Wants wants = RequestReader::Wants::request;
  std::optional<Fault> fault;
};

class Cutter {
 public:
  explicit Cutter(std::string_view bytes) : rest_(bytes), state_(std::hash<std::string_view>()(bytes)) {}
  bool done() const { return rest_.empty(); }
  // Mostly one to eight bytes.
  std::string_view next() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    const std::size_t drawn = static_cast<std::size_t>(state_ >> 33);
    const std::string_view piece = rest_.substr(0, 1 + (drawn % 8 == 0 ? drawn / 8 % 512 : drawn / 8 % 8));
    rest_.remove_prefix(piece.size());
    return piece;
  }

 private:
  std::string_view rest_;
  std::uint64_t state_;
};

void read_on(RequestReader& reader, Reading& reading) {
  for (reading.wants = reader.go_on(); reading.wants == RequestReader::Wants::nothing; reading.wants = reader.go_on()) reading.requests.push_back(reader.take());
  if (reading.wants == RequestReader::Wants::refusal) reading.fault = reader.broken().fault;
}

Reading read_whole(std::string_view bytes) {
  RequestReader reader(limits);
  Reading reading;
  reader.add(bytes);
  read_on(reader, reading);
  return reading;
}

Reading read_cut(std::string_view bytes) {
  RequestReader reader(limits);
  Reading reading;
  for (Cutter cutter(bytes); !cutter.done() && !reading.fault;) {
    reader.add(cutter.next());
    read_on(reader, reading);
    ACTA_ASSERT(reader.body_bytes() <= limits.body_bytes_max);
  }
  return reading;
}

bool same(const RequestHead& a, const RequestHead& b) {
  const Request &x = a.request, &y = b.request;
  return x.method == y.method && x.target == y.target && x.headers == y.headers && x.body == y.body && a.keep_alive == b.keep_alive && a.length == b.length;
}

void check_same(const Reading& whole, const Reading& cut) {
  ACTA_ASSERT(whole.wants == cut.wants);
  ACTA_ASSERT(whole.fault == cut.fault);
  ACTA_ASSERT(std::equal(whole.requests.begin(), whole.requests.end(), cut.requests.begin(), cut.requests.end(), same));
}

// A ledger with one case; `CASE` in a target stands for it.
struct Server : test::ApiFixture {
  Server() : case_id(to_text(open_case("fuzz").case_id)) {}
  std::uint64_t size() const { return engine->ledger().head().size; }
  std::string case_id;
};

void check_body(const Response& response) {
  std::size_t pieces = 0;
  while (response.pieces && ++pieces < pieces_max && response.pieces()) {
  }
  if (response.feed) response.feed->recent();
  const auto type = response.header("Content-Type").value_or("");
  const bool json = type.ends_with("json") && !response.pieces && !response.feed && response.status != 204;
  ACTA_ASSERT(!json || Json::accept(response.body));   // a pointer may name a member that parse_json refuses
}

void check_answer(Server& server, Request request) {
  if (const auto at = request.target.find("CASE"); at != std::string::npos) request.target.replace(at, 4, server.case_id);
  const std::uint64_t before = server.size();
  const Response response = server.router->handle(request);
  ACTA_ASSERT(response.status >= 200 && response.status < 500);
  check_body(response);
  ACTA_ASSERT((request.method != "GET" && request.method != "HEAD") || server.size() == before);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Server server;
  const std::string_view bytes = text_view({data, size});
  Reading whole = read_whole(bytes);
  check_same(whole, size == 0 ? whole : read_cut(bytes));
  for (RequestHead& head : whole.requests) check_answer(server, std::move(head.request));
  return 0;
}
