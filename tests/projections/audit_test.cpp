// The audit index: who did what, by whatever is asked.

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "engine_fixture.h"
#include "projections/view.h"
#include "projections/views.h"

using namespace acta;
using namespace acta::test;

namespace {

std::vector<std::uint64_t> asked(const Views& views, const Engine& engine, const AuditFilter& filter, AuditOrder order, std::size_t page_size) {
  std::vector<std::uint64_t> all;
  const auto audit = read_audit(views.reader(audit_view), engine);
  std::string after;
  do {
    const auto page = audit->page(filter, order, after, page_size);
    REQUIRE(page);
    for (const auto position : page->positions) all.push_back(position.value);
    after = page->next;
  } while (!after.empty());
  return all;
}

std::vector<std::uint64_t> expected(const Engine& engine, const std::function<bool(const Entry&)>& wanted) {
  std::vector<std::uint64_t> all;
  for (std::uint64_t at = 0; at < engine.ledger().head().size; ++at) {
    const auto entry = engine.ledger().read(Position{at});
    REQUIRE(entry);
    if (wanted(*entry)) all.push_back(at);
  }
  return all;
}

}  // namespace

TEST_CASE("audit: every filter finds what a walk over the ledger finds, page by page, in both orders") {
  EngineFixture fixture;
  const auto first = fixture.open_case("k0");
  for (int i = 1; i < 4; ++i) fixture.open_case("k" + std::to_string(i));
  auto& engine = *fixture.engine;
  const auto views = Views::open(engine, {.folder = fixture.folders.data + "/views", .follow = false});
  REQUIRE(views);
  REQUIRE((*views)->catch_up());
  const auto jonna = engine.keys().find_person("jonna.lind");
  const auto turn = engine.ledger().read(first.first);
  REQUIRE(turn);
  const std::vector<std::pair<AuditFilter, std::function<bool(const Entry&)>>> questions = {
      {{}, [](const Entry&) { return true; }},
      {{.person = jonna}, [&](const Entry& e) { return e.actor.person == jonna; }},
      {{.case_id = first.case_id}, [&](const Entry& e) { return e.case_id == first.case_id; }},
      {{.kind = Kind::event, .type = "RequestReceived"}, [](const Entry& e) { return e.type == "RequestReceived"; }},
      {{.kind = Kind::ledger, .type = "RequestReceived"}, [](const Entry&) { return false; }},
      {{.late_days = 1}, [](const Entry& e) { return days_late(e) >= 1; }},
      {{.recorded_from = turn->recorded_at}, [&](const Entry& e) { return e.recorded_at >= turn->recorded_at; }},
      {{.recorded_before = turn->recorded_at}, [&](const Entry& e) { return e.recorded_at < turn->recorded_at; }},
      {{.occurred_before = turn->recorded_at, .late_days = 2}, [&](const Entry& e) { return e.occurred_at < turn->recorded_at && days_late(e) >= 2; }}};
  for (const auto& [filter, wanted] : questions) {
    auto want = expected(engine, wanted);
    for (const std::size_t page_size : {1, 2, 100}) CHECK(asked(**views, engine, filter, AuditOrder::oldest_first, page_size) == want);
    std::reverse(want.begin(), want.end());
    for (const std::size_t page_size : {1, 2, 100}) CHECK(asked(**views, engine, filter, AuditOrder::newest_first, page_size) == want);
  }
}

TEST_CASE("audit: what is known by day, month or year is late from its end on") {
  Entry entry;
  entry.occurred_at = *parse_instant("2024-12-01T00:00:00Z");
  entry.recorded_at = *parse_instant("2025-01-02T06:00:00Z");
  const std::vector<std::pair<Precision, std::uint32_t>> late = {{Precision::instant, 32}, {Precision::day, 31}, {Precision::month, 1}, {Precision::year, 1}};
  for (const auto& [precision, days] : late) {
    entry.precision = precision;
    CHECK(days_late(entry) == days);
  }
}
