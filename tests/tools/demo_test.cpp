#include "tools/demo/demo.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "api/router.h"
#include "engine/control_events.h"
#include "engine/folders.h"
#include "engine/ledger/verify.h"
#include "events/render.h"
#include "events/sha256.h"
#include "events/value.h"
#include "tests/tools/demo_sample.h"
#include "tools/demo/worked_example.h"

using namespace acta;
using namespace acta::test;

namespace {

namespace fs = std::filesystem;

constexpr Date last_told_day = {2024, 12, 31};

bool is_invented(const Entry& entry, std::string_view member) { return std::find(entry.invented.begin(), entry.invented.end(), member) != entry.invented.end(); }

bool has_active(const CaseState& state, std::string_view name) { return std::find(state.configuration.begin(), state.configuration.end(), name) != state.configuration.end(); }

const SampleCase& case_of(const sample::ActionRow& row) { return Sample::told().titled(row.title); }

bool is_worked_example(const sample::ActionRow& row) { return row.ref == sample::worked_example_ref; }

const SampleCase& mauritius() { return Sample::told().titled("Mauritius III: THB"); }

std::set<std::string> titles_in_table() {
  std::set<std::string> titles;
  for (const auto& row : table_of_actions()) titles.insert(row.title);
  return titles;
}

// The event happened as the table has it: by month or by year, and that is not invented.
void check_told(const Entry* event, const sample::ToldMonth& told) {
  REQUIRE(event != nullptr);
  CHECK(event->occurred_at == start_of({told.year, told.month == 0 ? std::uint8_t{1} : told.month, 1}));
  CHECK(event->precision == (told.month == 0 ? Precision::year : Precision::month));
  CHECK_FALSE(is_invented(*event, "occurred_at"));
  CHECK(date_of(event->recorded_at).year == told.year);
}

// A copy of the sample that a test may write to.
struct Copy {
  Copy() {
    const Folders& from = Sample::told().folders();
    fs::copy(from.data, folders.data, fs::copy_options::recursive);
    fs::copy(from.keys, folders.keys, fs::copy_options::recursive);
    fs::copy(from.kek, folders.kek);
    fs::copy(from.head, folders.head);
  }
  std::unique_ptr<Engine> open() const {
    auto opened = Engine::open(folders, Access::write, {});
    REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().message));
    return *std::move(opened);
  }
  std::size_t confirmations() const {
    const auto engine = Engine::open(folders, Access::read, {});
    REQUIRE(engine);
    std::size_t count = 0;
    REQUIRE((*engine)->ledger().scan(Position{0}, Position{UINT64_MAX}, [&](Position, ByteView bytes) {
      count += decode(bytes)->type == "ClockConfirmed" ? 1u : 0u;
      return true;
    }));
    return count;
  }
  Scratch scratch;
  Folders folders = Folders::beside(scratch / "copy");
};

}  // namespace

TEST_CASE("demo: 61 public actions and the requests around them that never became one") {
  const Sample& told = Sample::told();
  CHECK(told.summary().cases == 83);
  CHECK(told.summary().actions == 61);
  CHECK(told.cases().size() == 83);
  std::size_t events = 0, refusals = 0;
  for (const SampleCase& of : told.cases()) events += of.events.size(), refusals += of.refusals.size();
  CHECK(told.summary().events == events);
  CHECK(told.summary().refusals == refusals);
}

TEST_CASE("demo: the program carries the table word for word") {
  CHECK(shipped_actions() == text_of(ACTA_SOURCE_DIR "/data/mieux-actions.csv"));
}

TEST_CASE("demo: every row of the table is a case, with its own words for title, authority and region") {
  const auto rows = table_of_actions();
  CHECK(rows.size() == 61);
  for (const auto& row : rows) {
    CAPTURE(row.title);
    const SampleCase& of = case_of(row);
    CHECK(of.state.data.at("authority") == text(row.authority));
    CHECK(of.state.data.at("region_source") == text(row.region));
    CHECK(of.state.data.at("theme") == text(row.theme));
    CHECK(of.state.data.at("region") != text("other"));
    CHECK(of.last("ActionLaunched") != nullptr);
  }
}

TEST_CASE("demo: starts and ends are those of the table, no finer than it has them") {
  std::size_t starts = 0, ends = 0;
  for (const auto& row : table_of_actions()) {
    if (is_worked_example(row)) continue;
    CAPTURE(row.title);
    const SampleCase& of = case_of(row);
    if (row.start) check_told(of.last("ActionLaunched"), *row.start), ++starts;
    if (row.end) check_told(of.last(row.ending == sample::Ending::first_phase_only ? "ActionTerminated" : "ActivitiesCompleted"), *row.end), ++ends;
  }
  CHECK(starts == 48);
  CHECK(ends == 41);
}

TEST_CASE("demo: a date that the table does not have is said to be invented") {
  for (const auto& row : table_of_actions()) {
    if (!row.start) CHECK(is_invented(*case_of(row).last("ActionLaunched"), "occurred_at"));
  }
}

TEST_CASE("demo: an action ends as its source says, and runs on where it says nothing") {
  const Sample& told = Sample::told();
  for (const auto& row : table_of_actions()) {
    CAPTURE(row.title);
    const std::string stage = told.stage(case_of(row));
    switch (row.ending) {
      case sample::Ending::completed: CHECK(stage == "closed"); break;
      case sample::Ending::first_phase_only: CHECK(stage == "terminated"); break;
      case sample::Ending::on_hold: CHECK(stage == "suspended"); break;
      case sample::Ending::open: CHECK(stage == "implementing"); break;
    }
  }
}

TEST_CASE("demo: of the requests that never became actions 10 were inadmissible, 7 withdrawn or lapsed, 5 rejected") {
  const Sample& told = Sample::told();
  const auto actions = titles_in_table();
  std::map<std::string, int> ends;
  for (const SampleCase& of : told.cases()) {
    if (!actions.contains(title_of_case(of))) ++ends[told.stage(of)];
  }
  CHECK(ends["inadmissible"] == 10);
  CHECK(ends["withdrawn"] + ends["lapsed"] == 7);
  CHECK(ends["withdrawn"] > 0);
  CHECK(ends["lapsed"] > 0);
  CHECK(ends["rejected"] == 5);
}

TEST_CASE("demo: one partner asked for a review of its rejection, in vain") {
  std::size_t reviews = 0;
  for (const SampleCase& of : Sample::told().cases()) reviews += of.last("ReviewDismissed") == nullptr ? 0u : 1u;
  CHECK(reviews == 1);
}

TEST_CASE("demo: whatever no source gives is named in its entry") {
  const Hash source = sha256(view(shipped_actions()));
  const auto actions = titles_in_table();
  for (const SampleCase& of : Sample::told().cases()) {
    const bool real = actions.contains(title_of_case(of));
    CHECK(is_invented(of.events.front(), "data/title") != real);
    CHECK(is_invented(of.events.front(), "data/region_source") == false);
    CHECK(is_invented(of.events.front(), "data/summary"));
    for (const Entry& event : of.events) {
      CHECK(event.mark == Mark::synthetic);
      CHECK(event.source == source);
      CHECK(is_invented(event, "actor"));
      CHECK(is_invented(event, "evidence") == !event.evidence.empty());
      CHECK(is_invented(event, "reason") == !event.reason.empty());
    }
    for (const Entry& refusal : of.refusals) {
      CHECK(refusal.mark == Mark::synthetic);
      CHECK(refusal.source == source);
    }
  }
}

TEST_CASE("demo: recorded_at follows the story, from 2009 on") {
  Instant before = start_of_demo();
  for (const SampleCase& of : Sample::told().cases()) {
    CHECK(of.events.front().recorded_at > before);
    before = of.events.front().recorded_at;
    for (const Entry& event : of.events) {
      CHECK(event.occurred_at <= event.recorded_at);
      CHECK(date_of(event.recorded_at) <= last_told_day);
    }
  }
}

TEST_CASE("demo: work in Ukraine has rested since the day of the invasion") {
  const Sample& told = Sample::told();
  const SampleCase& ukraine = told.titled("Ukraine II: integration of refugees");
  const Entry& suspended = ukraine.events.back();
  CHECK(suspended.type == "ActionSuspended");
  CHECK(suspended.occurred_at == start_of({2022, 2, 24}));
  CHECK(suspended.precision == Precision::day);
  CHECK(suspended.reason == "conflict");
  CHECK(told.field(suspended, "scope") == text("all_activities"));
  CHECK(told.stage_as_of(ukraine, {2022, 2, 23}) == "implementing");
  CHECK(told.stage(ukraine) == "suspended");
}

TEST_CASE("demo: in the pandemic no action worked on site, and afterwards none rested for it") {
  const Sample& told = Sample::told();
  for (const Date day : {Date{2020, 3, 20}, Date{2020, 7, 1}, Date{2020, 12, 31}, Date{2021, 6, 30}}) {
    std::size_t resting = 0;
    for (const SampleCase& of : told.cases()) {
      const auto state = told.as_of(of, day);
      if (!state) continue;
      CAPTURE(title_of_case(of));
      CHECK_FALSE(has_active(*state, "delivering"));
      resting += has_active(*state, "suspended") ? 1u : 0u;
    }
    CHECK(resting >= 2);
  }
  for (const SampleCase& of : told.cases()) CHECK(told.stage_as_of(of, {2021, 9, 30}) != "suspended");
}

TEST_CASE("demo: Mauritius III can be followed day by day") {
  const Sample& told = Sample::told();
  const std::pair<Date, std::string> days[] = {
      {{2021, 3, 1}, ""},
      {{2021, 3, 2}, "received"},
      {{2021, 3, 5}, "acknowledged"},
      {{2021, 3, 19}, "admissible"},
      {{2021, 4, 5}, "in consultation"},
      {{2021, 5, 10}, "fiche submitted"},
      {{2021, 5, 23}, "under decision"},
      {{2021, 5, 24}, "fiche in preparation"},
      {{2021, 6, 4}, "fiche submitted"},
      {{2021, 6, 17}, "under decision"},
      {{2021, 6, 18}, "approved"},
      {{2021, 7, 14}, "approved"},
      {{2021, 7, 15}, "implementing"},
      {{2023, 9, 11}, "implementing"},
      {{2023, 9, 12}, "completed"},
      {{2023, 10, 31}, "evaluated"},
      {{2023, 12, 31}, "closed"},
  };
  for (const auto& [day, stage] : days) {
    CAPTURE(to_text(day));
    CHECK(told.stage_as_of(mauritius(), day) == stage);
  }
}

TEST_CASE("demo: Mauritius III has the figures of its worked example") {
  const Sample& told = Sample::told();
  const SampleCase& of = mauritius();
  CHECK(told.field(of.events.front(), "channel") == text("letter_via_eu_delegation"));
  CHECK(told.field(*of.last("FicheReturned"), "fiche_version") == number(1));
  CHECK(told.field(*of.last("FicheReturned"), "comments_count") == number(2));
  CHECK(told.field(*of.last("ActionApproved"), "fiche_version") == number(2));
  CHECK(told.field(*of.last("CommitmentReserved"), "amount") == Value{Money{9'600'000, "EUR"}});
  CHECK(told.field(*of.last("AmendmentApproved"), "kind") == text("minor"));
  CHECK(date_of(of.last("AmendmentApproved")->occurred_at) < Date{2023, 6, 1});
  CHECK(told.field(*of.last("ActionEvaluationFiled"), "forms_sent") == number(31));
  CHECK(told.field(*of.last("ActionEvaluationFiled"), "forms_answered") == number(27));
  CHECK(date_of(of.last("FollowUpRecorded")->occurred_at) == Date{2024, 6, 17});
  std::multiset<std::string> counted;
  for (const Fact& opinion : of.last("ActionApproved")->facts) counted.insert(std::get<std::string>(opinion.value.held));
  CHECK(counted == std::multiset<std::string>{"abstain", "approve", "approve", "approve", "approve"});
}

TEST_CASE("demo: each planned attempt is on record with the rule that stopped it") {
  std::set<std::string> rules;
  std::size_t refusals = 0;
  for (const SampleCase& of : Sample::told().cases()) {
    for (const Entry& refusal : of.refusals) rules.insert(refusal.rule), ++refusals;
  }
  CHECK(refusals == 6);
  CHECK(rules == std::set<std::string>{"distinct_persons/closing/close", "distinct_persons/evaluation/evaluate", "distinct_persons/fiche/approve", "distinct_persons/fiche/submit", "distinct_persons/review/second", "quorum/steering_group"});
}

TEST_CASE("demo: told twice it has the same leaf hashes") {
  Scratch scratch;
  const Folders folders = Folders::beside(scratch / "again");
  tell_sample(folders);
  const auto again = Engine::open(folders, Access::read, {});
  REQUIRE(again);
  const Ledger& ours = Sample::told().engine().ledger();
  const Ledger& theirs = (*again)->ledger();
  REQUIRE(theirs.head().size == ours.head().size);
  CHECK(theirs.head().root == ours.head().root);
  for (std::uint64_t at = 0; at < ours.head().size; ++at) CHECK(*theirs.leaf(Position{at}) == *ours.leaf(Position{at}));
}

TEST_CASE("demo: another seed gives other hashes") {
  Scratch scratch;
  SimulatedClock clock(start_of_demo());
  Environment environment;
  environment.clock = &clock;
  environment.simulated = true;
  const auto other = Engine::create(Folders::beside(scratch / "other"), founding_of_demo(demo_seed + 1), environment);
  REQUIRE(other);
  CHECK(*(*other)->ledger().leaf(Position{0}) != *Sample::told().engine().ledger().leaf(Position{0}));
}

TEST_CASE("demo: the ledger is sound, and verify says that its key is public") {
  const Folders& folders = Sample::told().folders();
  const auto report = verify({.folder = ledger_folder(folders), .head_file = folders.head, .data_name = folders.data, .env = nullptr, .key = {}, .progress = {}});
  REQUIRE(report);
  for (const Finding& finding : report->findings) MESSAGE(finding.what << " " << finding.detail);
  CHECK(report->verdict == Verdict::sound);
  CHECK(report->cases == 83);
  CHECK(report->signed_size == report->size);
  CHECK(std::any_of(report->remarks.begin(), report->remarks.end(), [](const std::string& remark) { return remark.find("public") != std::string::npos; }));
}

TEST_CASE("demo: progress counts every step up to the last") {
  Scratch scratch;
  SimulatedClock clock(start_of_demo());
  Environment environment;
  environment.clock = &clock;
  environment.simulated = true;
  const auto engine = Engine::create(Folders::beside(scratch / "two"), founding_of_demo(), environment);
  REQUIRE(engine);
  const std::string_view table = shipped_actions();
  const std::string_view two_lines = table.substr(0, table.find('\n', table.find('\n') + 1) + 1);
  std::size_t called = 0, total = 0;
  const auto summary = tell_story(**engine, clock, two_lines, [&](std::size_t done, std::size_t of) {
    CHECK(done == ++called);
    total = of;
  });
  REQUIRE(summary);
  CHECK(summary->actions == 1);
  CHECK(called == total);
  CHECK(called == summary->events + summary->refusals);
}

TEST_CASE("demo: a table that cannot be read is refused by its line, and nothing is told") {
  Scratch scratch;
  SimulatedClock clock(start_of_demo());
  Environment environment;
  environment.clock = &clock;
  environment.simulated = true;
  const auto engine = Engine::create(Folders::beside(scratch / "none"), founding_of_demo(), environment);
  REQUIRE(engine);
  const std::uint64_t size = (*engine)->ledger().head().size;
  const auto told = tell_story(**engine, clock, std::string(shipped_actions()) + "one,cell\n", nullptr);
  REQUIRE_FALSE(told);
  CHECK(told.error().code == Code::invalid);
  CHECK(told.error().message.find("line 63") != std::string::npos);
  CHECK((*engine)->ledger().head().size == size);
}

TEST_CASE("demo: the first start on the wall clock ends the simulation, once and for good") {
  const Copy copy;
  const std::uint64_t told = Sample::told().engine().ledger().head().size;
  copy.open();
  const auto again = copy.open();
  CHECK(again->ledger().head().size == told + 1);
  CHECK_FALSE(again->genesis().simulated);
  CHECK(again->genesis().demo);
  const Entry confirmed = *again->ledger().read(Position{told});
  const Json data = render(*again->catalogue().find("ClockConfirmed"), confirmed.payload);
  CHECK(confirmed.actor.proof == Proof::engine);
  CHECK(data["from"] == "simulated");
  CHECK(again->close());
  CHECK(copy.confirmations() == 1);

  SimulatedClock clock(start_of_demo());
  Environment environment;
  environment.clock = &clock;
  environment.simulated = true;
  const auto simulated = Engine::open(copy.folders, Access::write, environment);
  REQUIRE_FALSE(simulated);
  CHECK(simulated.error().code == Code::invalid);
}

TEST_CASE("demo: docs/examples/open-case.json opens a case of the sample for a project officer") {
  const Copy copy;
  const auto engine = copy.open();
  const auto views = Views::open(*engine, {.folder = copy.folders.data + "/views", .env = nullptr, .follow = true});
  REQUIRE(views);
  const Router router({.engine = engine.get(), .views = views->get(), .address = {}, .local_token = {}});
  const Response answer = router.handle({.method = "POST",
                                         .target = "/v1/cases",
                                         .headers = {{"Content-Type", "application/json"}, {"Acta-Actor", "jo.example"}, {"Acta-Role", "project_officer"}, {"Idempotency-Key", "first"}},
                                         .body = text_of(ACTA_SOURCE_DIR "/docs/examples/open-case.json")});
  CHECK_MESSAGE(answer.status == 201, answer.body);
  const auto opened = Json::parse(answer.body, nullptr, false);
  REQUIRE(opened.is_object());
  CHECK(opened["reference"].get<std::string>().starts_with("ACT-"));
  CHECK(opened["state"] == "received");
}
