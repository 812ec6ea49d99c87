// A view built a second time beside the one that answers, and views that fail or lag alone.

#include <doctest/doctest.h>

#include "engine_fixture.h"
#include "projections/runner.h"
#include "projections/view.h"
#include "projections/views.h"

using namespace acta;
using namespace acta::test;

namespace {

using Keys = std::map<std::string, std::string>;

Keys keys_of(const ViewReader& reader) {
  Keys keys;
  REQUIRE(reader.scan("", "", [&](std::string_view key, std::string_view value) {
    keys.emplace(key, value);
    return true;
  }));
  return keys;
}

std::unique_ptr<Views> open_views(const EngineFixture& fixture) {
  auto opened = Views::open(*fixture.engine, {.folder = fixture.folders.data + "/views", .follow = false});
  REQUIRE(opened);
  REQUIRE((*opened)->catch_up());
  return *std::move(opened);
}

// Of every view there is.
std::map<std::string, Keys> all_keys(const Views& views) {
  std::map<std::string, Keys> all;
  for (const auto* view : {&case_list_view, &case_history_view, &counts_view, &worklist_view, &audit_view, &refusals_view})
    all.emplace(view->name, keys_of(views.reader(*view)));
  for (const auto& name : Views::names()) REQUIRE_MESSAGE(all.contains(name), name);
  return all;
}

void rebuild(Views& views, std::string_view name) {
  auto rebuilding = views.rebuild(name);
  REQUIRE(rebuilding);
  for (;;) {
    const auto step = (*rebuilding)->step();
    REQUIRE(step);
    if (step->taken_over) break;
  }
}

// Two views of this test alone: what they write is the number of entries they saw.
bool breaks = false;
Result<void> count_entries(const Engine&, const Entry&, ViewWriter& out) {
  ACTA_TRY(const auto before, out.get("n"));
  out.put("n", std::to_string((before ? std::stoull(*before) : 0) + 1));
  return {};
}
Result<void> count_until_broken(const Engine& engine, const Entry& entry, ViewWriter& out) {
  if (breaks) return error(Code::damaged, "planted");
  return count_entries(engine, entry, out);
}
const View steady{"steady", 1, &count_entries}, brittle{"brittle", 1, &count_until_broken};

std::unique_ptr<Runner> run(const EngineFixture& fixture, std::vector<const View*> views) {
  ViewStoreOptions where;
  where.folder = fixture.folders.data + "/test-views";
  where.ledger = fixture.engine->genesis().ledger;
  where.entries_max = fixture.engine->ledger().head().size;
  for (const auto* view : views) where.views.emplace_back(std::string(view->name), view->version);
  auto store = ViewStore::open(where);
  REQUIRE(store);
  return std::make_unique<Runner>(*fixture.engine, views, *std::move(store));
}

std::string count_in(const Runner& runner, const View& view) {
  const auto count = runner.reader(runner.index_of(view)).get("n");
  REQUIRE(count);
  return count->value_or("0");
}

}  // namespace

TEST_CASE("rebuild: a view built anew equals the live one, key by key, each time") {
  EngineFixture fixture;
  for (int i = 0; i < 5; ++i) fixture.open_case("k" + std::to_string(i));
  const auto views = open_views(fixture);
  const auto live = all_keys(*views);
  for (const auto* name : {"case_list", "case_history", "counts", "worklist", "audit"}) REQUIRE(live.at(name).size() > 1);   // beside its position
  for (int round = 0; round < 3; ++round)
    for (const auto& name : Views::names()) {
      rebuild(*views, name);
      CHECK(all_keys(*views) == live);
    }
}

TEST_CASE("rebuild: of a ledger without a case every view is as it was, and the next case is seen") {
  EngineFixture fixture;
  const auto views = open_views(fixture);
  const auto live = all_keys(*views);
  CHECK(live.at("refusals").size() == 1);   // its position
  for (const auto& name : Views::names()) rebuild(*views, name);
  CHECK(all_keys(*views) == live);
  fixture.open_case("k1");
  REQUIRE(views->catch_up());
  CHECK(all_keys(*views).at("case_list") != live.at("case_list"));
}

TEST_CASE("rebuild: what was built anew still answers after a restart, and goes on") {
  EngineFixture fixture;
  fixture.open_case("k1");
  std::map<std::string, Keys> live;
  {
    const auto views = open_views(fixture);
    rebuild(*views, "case_list");
    live = all_keys(*views);
  }
  const auto views = open_views(fixture);
  CHECK(all_keys(*views) == live);
  fixture.open_case("k2");
  REQUIRE(views->catch_up());
  const auto listed = views->cases().page({}, CaseOrder::by_reference, "", 10);
  REQUIRE(listed);
  CHECK(listed->rows.size() == 2);
}

TEST_CASE("rebuild: one that is given up leaves the old one answering, and can be begun again") {
  EngineFixture fixture;
  fixture.open_case("k1");
  const auto views = open_views(fixture);
  const auto live = all_keys(*views);
  {
    const auto given_up = views->rebuild("case_list");
    REQUIRE(given_up);
    CHECK(views->progress()[0].rebuilding);
    const auto second = views->rebuild("case_list");
    REQUIRE_FALSE(second);
    CHECK(second.error().code == Code::in_use);
  }
  CHECK_FALSE(views->progress()[0].rebuilding);
  CHECK(all_keys(*views) == live);
  rebuild(*views, "case_list");
  CHECK(all_keys(*views) == live);
}

TEST_CASE("rebuild: no view of that name says which there are") {
  EngineFixture fixture;
  const auto views = open_views(fixture);
  const auto none = views->rebuild("cases");
  REQUIRE_FALSE(none);
  CHECK(none.error().code == Code::not_found);
  CHECK(none.error().message.find("case_list") != std::string::npos);
}

TEST_CASE("views: one that fails stands still with its reason, the others go on, and a rebuild heals it") {
  EngineFixture fixture;
  const auto runner = run(fixture, {&steady, &brittle});
  REQUIRE(runner->catch_up());
  const auto before = fixture.engine->ledger().head().size;
  breaks = true;
  fixture.open_case("k1");
  CHECK_FALSE(runner->catch_up());
  const auto size = fixture.engine->ledger().head().size;
  CHECK(runner->position(0) == size);
  CHECK(runner->position(1) == before);
  const auto progress = runner->progress();
  CHECK(progress[0].state == ViewState::following);
  CHECK(progress[1].state == ViewState::stopped);
  CHECK(progress[1].reason == "planted");
  CHECK(progress[1].behind == size - before);
  breaks = false;
  fixture.open_case("k2");
  CHECK_FALSE(runner->catch_up());   // it does not go on by itself: somebody has to look
  CHECK(runner->position(1) == before);
  auto rebuilding = runner->rebuild(1);
  REQUIRE(rebuilding);
  REQUIRE((*rebuilding)->step());
  CHECK(runner->catch_up());
  CHECK(count_in(*runner, brittle) == std::to_string(fixture.engine->ledger().head().size));
}

TEST_CASE("views: one that is new begins at the first entry, and none of the others folds twice") {
  EngineFixture fixture;
  fixture.open_case("k1");
  {
    const auto runner = run(fixture, {&steady});
    REQUIRE(runner->catch_up());
  }
  fixture.open_case("k2");
  const auto runner = run(fixture, {&steady, &brittle});
  REQUIRE(runner->catch_up());
  const auto size = std::to_string(fixture.engine->ledger().head().size);
  CHECK(count_in(*runner, steady) == size);
  CHECK(count_in(*runner, brittle) == size);
}

TEST_CASE("views: one of another version is built anew, and the old one is gone") {
  EngineFixture fixture;
  const View raised{"steady", 2, &count_entries};
  {
    const auto runner = run(fixture, {&steady});
    REQUIRE(runner->catch_up());
  }
  {
    const auto runner = run(fixture, {&raised});
    CHECK(runner->position(0) == 0);
    REQUIRE(runner->catch_up());
  }
  const auto runner = run(fixture, {&steady});
  CHECK(runner->position(0) == 0);
}
