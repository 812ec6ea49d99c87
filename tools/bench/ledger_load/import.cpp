// Bulk import in this process: the resource that `acta import` asks, over an engine and its views.

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "api/router.h"
#include "events/json.h"
#include "tools/bench/ledger_load/load.h"

namespace acta::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::uint64_t lines_of_a_case = 100, lines_of_a_body = 1'000;   // as `acta import` sends them

Json line_of(const std::string& body) {
  auto line = parse_json(body);
  if (!line) give_up("the body is no JSON");
  line->erase("correlation");
  (*line)["actor"] = "po.bench";
  (*line)["role"] = "project_officer";
  return *std::move(line);
}

// Names hold within a body, and a body has whole cases.
class Lines {
 public:
  Lines(const std::string& opening_body, const std::string& event_body) : opening_(line_of(opening_body)), event_(line_of(event_body)) {
    opening_["as"] = "@case";
    event_["case"] = "@case";
    for (std::uint64_t i = 0; i < lines_of_a_body; ++i) body_ += (i % lines_of_a_case == 0 ? opening_ : event_).dump() + "\n";
  }
  const std::string& body() const { return body_; }

 private:
  Json opening_, event_;
  std::string body_;
};

void post(const Router& router, const Lines& lines, std::uint64_t first_line) {
  const Request request{.method = "POST", .target = "/v1/imports", .headers = {{"Content-Type", "application/x-ndjson"}, {"Acta-Source", std::string(64, 'b')}, {"Acta-Line", std::to_string(first_line)}, {"Acta-Actor", "po.bench"}}, .body = lines.body()};
  const auto answer = router.handle(request);
  if (answer.status != 200 || answer.body.find("\"problem\"") != std::string::npos) give_up(answer.body.substr(answer.body.rfind('\n', answer.body.size() - 2) + 1));
}

double seconds_since(SteadyClock::time_point began) { return std::chrono::duration<double>(SteadyClock::now() - began).count(); }

}  // namespace

Outcome import_lines(const std::string& folder, const std::string& opening_body, const std::string& event_body, const ImportOrder& order) {
  const auto engine = created(folder, {.indexed = order.indexed});
  const auto views = Views::open(*engine, {.folder = folder + "/views", .follow = order.indexed});
  if (!views) give_up(views.error().message);
  const Router router({.engine = engine.get(), .views = views->get(), .address = {}, .local_token = {}});
  const Lines lines(opening_body, event_body);
  const auto began = SteadyClock::now();
  std::uint64_t sent = 0;
  for (; order.lines > 0 ? sent < order.lines : seconds_since(began) < order.seconds; sent += lines_of_a_body) post(router, lines, sent + 1);
  while (order.indexed && (*views)->position() < engine->ledger().head().size) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return {.per_second = static_cast<double>(sent) / seconds_since(began)};
}

}  // namespace acta::bench
