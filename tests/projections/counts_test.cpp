// Counts and worklist over a real ledger.

#include "projections/counts.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "engine_fixture.h"
#include "projections/views.h"
#include "projections/worklist.h"

using namespace acta;
using namespace acta::test;
using nlohmann::json;

namespace {

struct Told : EngineFixture {
  // What happened next to a case, recorded by this actor.
  Recorded happened(const Recorded& before, std::string_view type, const json& data, std::string actor, std::string role, const std::vector<std::string>& evidence, std::string reason = {}) {
    const auto draft = check(*engine->catalogue().find(type), data);
    REQUIRE_MESSAGE(draft, (draft ? "" : draft.error().message));
    Submission out;
    out.case_id = before.case_id;
    out.expected_revision = before.revision;
    out.draft = *draft;
    out.actor = std::move(actor);
    out.role = std::move(role);
    out.key = "key" + std::to_string(engine->ledger().head().size);
    out.reason = std::move(reason);
    for (const auto& category : evidence) out.evidence.emplace_back().category = category;
    return record(out);
  }
  Recorded acknowledged(const Recorded& before) { return happened(before, "RequestAcknowledged", {{"officer", "@jonna.lind"}}, "jonna.lind", "project_officer", {"acknowledgement"}); }
  Recorded noted(const Recorded& before) { return happened(before, "NoteAdded", {{"note", "Called."}}, "jonna.lind", "project_officer", {}); }
  Recorded admissible(const Recorded& before) {
    const json all = {{"requester_eligible", true}, {"country_eligible", true}, {"theme_in_scope", true}, {"no_duplicate", true}};
    return happened(before, "RequestDeemedAdmissible", {{"checklist", all}}, "ebbe.noor", "programme_manager", {"checklist"});
  }
  Recorded withdrawn(const Recorded& before) { return happened(before, "RequestWithdrawn", {{"withdrawn_on", "2024-03-01"}}, "jonna.lind", "project_officer", {"withdrawal_letter"}); }

  std::unique_ptr<Views> views(const std::string& name = "views") const {
    auto opened = Views::open(*engine, {.folder = folders.data + "/" + name, .follow = false});
    REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().message));
    REQUIRE((*opened)->catch_up());
    return *std::move(opened);
  }
  PersonId person(std::string_view handle) const { return *engine->keys().find_person(handle); }
};

CountedCases counted(const Views& views, std::optional<std::uint64_t> position = {}) {
  const auto cases = views.counts().as_of(position);
  REQUIRE(cases);
  return *cases;
}

std::vector<WorkRow> waiting(const Views& views, const WorkFilter& filter = {}) {
  const auto page = views.worklist().page(filter, {}, 100);
  REQUIRE(page);
  return page->rows;
}

WorkFilter of_role(std::string role, std::optional<PersonId> person = {}) { return {.worker = {.role = std::move(role), .person = person}, .process = {}, .stage = {}}; }

}  // namespace

TEST_CASE("counts: an empty ledger has no case and waits for nobody") {
  const Told told;
  const auto views = told.views();
  CHECK(counted(*views).cases.empty());
  CHECK(waiting(*views).empty());
  const auto roles = views->worklist().by_role();
  REQUIRE(roles);
  CHECK(roles->empty());
}

TEST_CASE("counts: the view keeps what each case has been through, and tells it as of any position") {
  Told told;
  const auto opened = told.open_case("k1");
  const auto other = told.open_case("k2");
  const auto acknowledged = told.acknowledged(opened);
  const auto noted = told.noted(acknowledged);
  const auto withdrawn = told.withdrawn(noted);
  const auto views = told.views();
  const auto now = counted(*views);
  REQUIRE(now.cases.size() == 2);
  CHECK(now.position == withdrawn.first.value);
  CHECK(now.cases[0].id == opened.case_id);
  CHECK(now.cases[0].state == "withdrawn");
  CHECK(now.cases[0].title == "Harbour statistics");
  CHECK(now.cases[0].theme == "LM");
  CHECK(now.cases[0].region == "africa_caribbean_pacific");
  CHECK(now.cases[0].countries == std::vector<std::string>{"MU"});
  CHECK(now.cases[0].reference.starts_with("ACT-"));
  CHECK(now.cases[0].standing == Standing::withdrawn);
  CHECK(counted(*views, opened.first.value).cases.size() == 1);
  CHECK(counted(*views, opened.first.value - 1).cases.empty());
  CHECK(counted(*views, other.first.value).cases[0].state == "received");
  CHECK(counted(*views, acknowledged.first.value).cases[0].state == "acknowledged");
  CHECK(counted(*views, noted.first.value).cases[0].standing == Standing::pending);
  CHECK(counted(*views, withdrawn.first.value).cases[0].standing == Standing::withdrawn);
}

TEST_CASE("counts: what is told late counts on the day it happened") {
  Told told;
  auto opening = told.opening("k1");
  opening.occurred_at = start_of(*parse_date("2024-02-01"));
  told.record(opening);
  const auto views = told.views();
  const auto now = counted(*views);
  REQUIRE(now.cases.size() == 1);
  CHECK(to_text(date_of(now.cases[0].standing_since)) == "2024-02-01");
}

TEST_CASE("worklist: a case waits for the roles that may lead it on, since the event that made it wait") {
  Told told;
  auto opening = told.opening("k1");
  opening.occurred_at = start_of(*parse_date("2024-02-01"));
  const auto opened = told.record(opening);
  const auto views = told.views();
  const auto received = waiting(*views, of_role("project_officer"));
  REQUIRE(received.size() == 1);
  CHECK(to_text(date_of(received[0].since.occurred_at)) == "2024-02-01");
  CHECK(received[0].since.recorded_at > received[0].since.occurred_at);
  CHECK(waiting(*views, of_role("programme_manager")).empty());
  CHECK(waiting(*views, of_role("partner_authority")).empty());
  const auto acknowledged = told.acknowledged(opened);
  told.noted(acknowledged);
  REQUIRE(views->catch_up());
  const auto rows = waiting(*views, of_role("programme_manager"));
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].stage == "acknowledged");
  CHECK(rows[0].last.type == "NoteAdded");
  CHECK(rows[0].since.recorded_at < rows[0].last.recorded_at);
  REQUIRE(rows[0].steps.size() == 2);
  CHECK(rows[0].steps[0].step.event == "RequestDeemedAdmissible");
  CHECK(rows[0].steps[0].step.needs == std::vector<std::string>{"checklist"});
  CHECK(rows[0].steps[1].step.ends);
}

TEST_CASE("worklist: the oldest stands first, and pages follow each other without gap") {
  Told told;
  std::vector<Recorded> opened;
  for (const auto* day : {"2024-01-22", "2024-01-21", "2024-01-20"}) {
    auto opening = told.opening(day);
    opening.occurred_at = start_of(*parse_date(day));
    opened.push_back(told.record(opening));
  }
  const auto views = told.views();
  std::vector<CaseId> seen;
  std::string after;
  for (int page_number = 0; page_number < 3; ++page_number) {
    const auto page = views->worklist().page(of_role("project_officer"), after, 1);
    REQUIRE(page);
    REQUIRE(page->rows.size() == 1);
    seen.push_back(page->rows[0].state.id);
    after = page->next;
  }
  CHECK(after.empty());
  CHECK(seen == std::vector<CaseId>{opened[2].case_id, opened[1].case_id, opened[0].case_id});
  const auto wrong = views->worklist().page({}, "zz", 1);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == Code::malformed);
}

TEST_CASE("worklist: what a person may not do does not wait for that person, and who is barred is told") {
  Told told;
  // Who examined a request may not review its refusal.
  const auto acknowledged = told.acknowledged(told.open_case("k1"));
  const auto refusal = told.happened(acknowledged, "RequestDeemedInadmissible", json::object(), "ebbe.noor", "programme_manager", {}, "scope");
  const auto before = told.views();
  CHECK(waiting(*before).empty());
  told.happened(refusal, "ReviewRequested", {{"against", "inadmissible"}, {"grounds", "New facts."}}, "jonna.lind", "project_officer", {"review_letter"});
  REQUIRE(before->catch_up());
  const auto rows = waiting(*before, of_role("programme_manager"));
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].steps[0].step.event == "ReviewUpheld");
  REQUIRE(rows[0].steps[0].barred.size() == 2);
  CHECK(rows[0].steps[0].barred[0].rule == "distinct_persons/review/second");
  CHECK(waiting(*before, of_role("programme_manager", told.person("ebbe.noor"))).empty());
  CHECK(waiting(*before, of_role("programme_manager", PersonId{})).size() == 1);
}

TEST_CASE("worklist: a case that ends leaves every list") {
  Told told;
  const auto opened = told.open_case("k1");
  const auto views = told.views();
  CHECK(waiting(*views).size() == 1);
  told.withdrawn(opened);
  REQUIRE(views->catch_up());
  CHECK(waiting(*views).empty());
  const auto roles = views->worklist().by_role();
  REQUIRE(roles);
  CHECK(roles->empty());
}

TEST_CASE("worklist: counts by role and filters by state and process say the same as the rows") {
  Told told;
  told.open_case("k1");
  told.admissible(told.acknowledged(told.open_case("k2")));
  told.acknowledged(told.open_case("k3"));
  const auto views = told.views();
  const auto roles = views->worklist().by_role();
  REQUIRE(roles);
  for (const auto& [role, cases] : *roles) CHECK(waiting(*views, of_role(role)).size() == cases);
  CHECK(roles->at("project_officer") == 3);
  CHECK(roles->at("programme_manager") == 1);
  CHECK(roles->size() == 2);
  WorkFilter filter;
  filter.stage = "admissible";
  CHECK(waiting(*views, filter).size() == 1);
  filter.process = "loan";
  CHECK(waiting(*views, filter).empty());
}

TEST_CASE("counts and worklist: built anew they say what they said while they followed") {
  Told told;
  const auto live = told.views();
  const auto opened = told.open_case("k1");
  REQUIRE(live->catch_up());
  const auto acknowledged = told.acknowledged(opened);
  REQUIRE(live->catch_up());
  told.admissible(told.acknowledged(told.open_case("k2")));
  told.noted(acknowledged);
  REQUIRE(live->catch_up());
  const auto anew = told.views("anew");
  const auto said = [](const Views& views) {
    std::string out;
    for (const auto& facts : counted(views).cases) out += facts.reference + facts.state + to_text(facts.standing_since);
    for (const auto& row : waiting(views)) {
      out += row.state.reference + to_text(row.since.occurred_at) + to_text(row.since.recorded_at) + row.last.type;
      for (const auto& step : row.steps) out += step.step.event + to_text(step.since.occurred_at);
    }
    return out;
  };
  CHECK(said(*anew) == said(*live));
}
