#include "projections/views.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "engine_fixture.h"
#include "projections/case_history.h"
#include "projections/view.h"

using namespace acta;
using namespace acta::test;

namespace {

std::unique_ptr<Views> open_views(const EngineFixture& fixture, bool follow = false) {
  auto opened = Views::open(*fixture.engine, {.folder = fixture.folders.data + "/views", .follow = follow});
  REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().message));
  return *std::move(opened);
}

CasePage page_of(const Views& views, std::string_view after = {}, std::size_t limit = 100) {
  const auto page = views.cases().page({}, CaseOrder::by_reference, after, limit);
  REQUIRE(page);
  return *page;
}

Recorded withdraw(EngineFixture& fixture, const Recorded& recorded, std::optional<Instant> when) {
  const auto* type = fixture.engine->catalogue().find("RequestWithdrawn");
  REQUIRE(type != nullptr);
  const auto draft = check(*type, {{"withdrawn_on", "2024-01-01"}});
  REQUIRE(draft);
  Submission out = fixture.opening("w" + to_text(recorded.case_id).substr(0, 30));
  out.case_id = recorded.case_id;
  out.expected_revision = recorded.revision;
  out.draft = *draft;
  out.occurred_at = when;
  out.evidence[0].category = "withdrawal_letter";
  return fixture.record(out);
}

// Everything the views say, as text.
std::string all_said(const Views& views) {
  std::string out;
  for (const auto& row : page_of(views).rows) {
    out += row.reference + " " + row.title + " " + row.state + " " + std::to_string(row.revision) + " " + to_text(row.opened_at) + to_text(row.changed_at) + "\n";
    const auto history = views.history().of(row.id, true);
    REQUIRE(history);
    for (const auto& item : *history) out += std::to_string(item.position.value) + " " + item.stage_after + (item.late ? " late" : "") + to_text(item.recorded_at) + "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("views: the case list shows each case once, as it is now") {
  EngineFixture fixture;
  const auto first = fixture.open_case("k1"), second = fixture.open_case("k2");
  withdraw(fixture, first, {});
  const auto views = open_views(fixture);
  REQUIRE(views->catch_up());
  CHECK(views->position() == fixture.engine->ledger().head().size);
  const auto rows = page_of(*views).rows;
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].id == first.case_id);
  CHECK(rows[0].state == "withdrawn");
  CHECK(rows[0].closed);
  CHECK(rows[0].revision == 2);
  CHECK(rows[0].title == "Harbour statistics");
  CHECK(rows[1].id == second.case_id);
  CHECK(rows[1].state == "received");
  CHECK_FALSE(rows[1].closed);
}

TEST_CASE("views: pages follow the references, and a cursor that is none is malformed") {
  EngineFixture fixture;
  for (int i = 0; i < 5; ++i) fixture.open_case("k" + std::to_string(i));
  const auto views = open_views(fixture);
  REQUIRE(views->catch_up());
  const auto all = page_of(*views);
  CHECK(all.next.empty());
  const auto first = page_of(*views, {}, 3), second = page_of(*views, first.next, 3);
  REQUIRE(first.rows.size() == 3);
  REQUIRE(second.rows.size() == 2);
  CHECK(second.next.empty());
  CHECK(second.rows[0].reference == all.rows[3].reference);
  const auto wrong = views->cases().page({}, CaseOrder::by_reference, "not hex", 3);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == Code::malformed);
}

TEST_CASE("views: a case is found by its reference, and only by the whole of it") {
  EngineFixture fixture;
  const auto recorded = fixture.open_case("k1");
  const auto views = open_views(fixture);
  REQUIRE(views->catch_up());
  const auto reference = page_of(*views).rows[0].reference;
  const auto found = views->cases().by_reference(reference);
  REQUIRE(found);
  REQUIRE(*found);
  CHECK((*found)->id == recorded.case_id);
  for (const auto& other : {reference.substr(0, reference.size() - 1), reference + "0", std::string("ACT"), std::string(), reference.substr(0, 9) + "0" + reference.substr(9)}) {
    const auto nothing = views->cases().by_reference(other);
    REQUIRE(nothing);
    CHECK_FALSE(*nothing);
  }
}

TEST_CASE("views: a history stands in the order things happened, with late news marked") {
  EngineFixture fixture;
  const auto opened = fixture.open_case("k1");
  const auto early = withdraw(fixture, opened, *parse_instant("2020-01-01T00:00:00Z"));
  const auto views = open_views(fixture);
  REQUIRE(views->catch_up());
  const auto rows = views->history().of(opened.case_id, false);
  REQUIRE(rows);
  REQUIRE(rows->size() == 2);
  CHECK((*rows)[0].position == early.first);
  CHECK((*rows)[0].late);
  CHECK((*rows)[0].stage_after == "withdrawn");
  CHECK((*rows)[1].position == opened.first);
  CHECK_FALSE((*rows)[1].late);
  CHECK((*rows)[1].stage_after == "received");
  const auto nothing = views->history().of(CaseId{}, true);
  REQUIRE(nothing);
  CHECK(nothing->empty());
}

TEST_CASE("views: a following view sees what is recorded without being asked") {
  EngineFixture fixture;
  const auto views = open_views(fixture, true);
  const auto recorded = fixture.open_case("k1");
  CHECK(views->wait_for(case_list_view, recorded.first.value + 1, 5'000));
  CHECK(page_of(*views).rows.size() == 1);
  CHECK_FALSE(views->wait_for(case_list_view, recorded.first.value + 2, 10));
}

TEST_CASE("views: what was seen before a restart is not folded again, what came after is") {
  EngineFixture fixture;
  fixture.open_case("k1");
  {
    const auto views = open_views(fixture);
    REQUIRE(views->catch_up());
  }
  fixture.open_case("k2");
  const auto views = open_views(fixture);
  CHECK(views->position() == fixture.engine->ledger().head().size - 1);
  REQUIRE(views->catch_up());
  CHECK(page_of(*views).rows.size() == 2);
}

TEST_CASE("views: built anew they say what they said before they were deleted") {
  EngineFixture fixture;
  const auto first = fixture.open_case("k1");
  fixture.open_case("k2");
  withdraw(fixture, first, *parse_instant("2020-01-01T00:00:00Z"));
  std::string live;
  {
    const auto views = open_views(fixture, true);
    REQUIRE(views->wait_for(case_list_view, fixture.engine->ledger().head().size, 5'000));
    live = all_said(*views);
  }
  std::filesystem::remove_all(fixture.folders.data + "/views");
  const auto views = open_views(fixture);
  CHECK(views->position() == 0);
  REQUIRE(views->catch_up());
  CHECK(all_said(*views) == live);
}

TEST_CASE("views: a copy taken while they follow, as a crash leaves it, catches up to the same") {
  EngineFixture fixture;
  const auto views = open_views(fixture, true);
  for (int i = 0; i < 3; ++i) fixture.open_case("k" + std::to_string(i));
  REQUIRE(views->wait_for(case_list_view, fixture.engine->ledger().head().size, 5'000));
  const auto crashed = fixture.folder / "crashed";
  std::filesystem::copy(fixture.folders.data + "/views", crashed, std::filesystem::copy_options::recursive);
  auto reopened = Views::open(*fixture.engine, {.folder = crashed, .follow = false});
  REQUIRE(reopened);
  CHECK((*reopened)->position() < fixture.engine->ledger().head().size);
  REQUIRE((*reopened)->catch_up());
  CHECK(all_said(**reopened) == all_said(*views));
}

TEST_CASE("views: damaged, they are built anew") {
  EngineFixture fixture;
  fixture.open_case("k1");
  {
    const auto views = open_views(fixture);
    REQUIRE(views->catch_up());
  }
  for (const auto& file : std::filesystem::directory_iterator(fixture.folders.data + "/views"))
    if (file.path().filename().string().starts_with("MANIFEST")) std::ofstream(file.path(), std::ios::trunc) << "not a manifest";
  const auto views = open_views(fixture);
  CHECK(views->position() == 0);
  REQUIRE(views->catch_up());
  CHECK(page_of(*views).rows.size() == 1);
}

TEST_CASE("views: those of another ledger are thrown away") {
  EngineFixture first, second;
  first.open_case("k1");
  {
    const auto views = open_views(first);
    REQUIRE(views->catch_up());
  }
  second.open_case("k1");
  std::filesystem::copy(first.folders.data + "/views", second.folders.data + "/views", std::filesystem::copy_options::recursive);
  const auto views = open_views(second);
  CHECK(views->position() == 0);
}

TEST_CASE("views: a second process waits for the first, then says who is in the way") {
  EngineFixture fixture;
  const auto held = open_views(fixture);
  const auto second = Views::open(*fixture.engine, {.folder = fixture.folders.data + "/views", .follow = false});
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Code::in_use);
}
