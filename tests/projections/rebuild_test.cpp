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
const View steady{"steady", 1, &count_entries}, steady_of_today{"steady", 2, &count_entries}, brittle{"brittle", 1, &count_until_broken};

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

TEST_CASE("views: one of a new format is being built until it has seen what the ledger held, over restarts too") {
  EngineFixture fixture;
  const auto state = [](const Runner& runner) { return std::string(name_of(runner.progress()[0].state)); };
  REQUIRE(run(fixture, {&steady})->catch_up());
  const auto size = fixture.engine->ledger().head().size;
  CHECK(state(*run(fixture, {&steady})) == "following");
  {
    const auto runner = run(fixture, {&steady_of_today});
    CHECK(state(*runner) == "building");
    CHECK(runner->progress()[0].behind == size);
  }
  const auto half_way = [&] {
    auto store = ViewStore::open({.folder = fixture.folders.data + "/test-views", .ledger = fixture.engine->genesis().ledger, .entries_max = size, .views = {{"steady", 2}}});
    REQUIRE(store);
    CHECK((*store)->building(0));
    auto batch = (*store)->begin(0);
    batch->writer().put("n", "3");
    REQUIRE(batch->commit(3));
    CHECK((*store)->building(0));
  };
  half_way();
  const auto runner = run(fixture, {&steady_of_today});
  CHECK(state(*runner) == "building");
  CHECK(runner->position(0) == 3);
  REQUIRE(runner->catch_up());
  CHECK(state(*runner) == "following");
  CHECK(count_in(*runner, steady_of_today) == std::to_string(size));
  CHECK_FALSE(keys_of(runner->reader(0)).contains(std::string("\0building", 9)));
}

TEST_CASE("views: what an older format wrote stays until a start finds the new one whole") {
  EngineFixture fixture;
  REQUIRE(run(fixture, {&steady})->catch_up());
  const auto size = fixture.engine->ledger().head().size;
  run(fixture, {&steady_of_today});                                   // upgraded, and put back at once
  CHECK(run(fixture, {&steady})->position(0) == size);
  REQUIRE(run(fixture, {&steady_of_today})->catch_up());
  CHECK(run(fixture, {&steady})->position(0) == size);                // put back after it was built
  REQUIRE(run(fixture, {&steady_of_today})->catch_up());
  CHECK(run(fixture, {&steady_of_today})->position(0) == size);
  CHECK(run(fixture, {&steady})->building(0));                        // a start has found it whole: the older one is gone
}

TEST_CASE("views: a rebuild of a view that is being built takes over whole") {
  EngineFixture fixture;
  const auto runner = run(fixture, {&steady});
  CHECK(runner->building(0));
  auto rebuilding = runner->rebuild(0);
  REQUIRE(rebuilding);
  while (true) {
    const auto step = (*rebuilding)->step();
    REQUIRE(step);
    if (step->taken_over) break;
  }
  CHECK_FALSE(runner->building(0));
  CHECK(count_in(*runner, steady) == std::to_string(fixture.engine->ledger().head().size));
}
