// Order of checks, control words, and what a decision records.

#include "tests/engine/process/trial.h"

namespace acta {
namespace {

using trial::Doing;
using trial::Trial;
using trial::person_text;
using trial::plan;

constexpr std::string_view application = R"(acta: 1
process: application
title: Application
reference: APP
roles: [clerk, checker, member]
data: {title: text, applicant: person, amount: money, plan: digest}
opens: {Applied: {by: [clerk], to: received, set: {title: event.title, applicant: event.applicant, amount: event.amount}}}
always: {Came: {}}
distinct_persons:
  eyes: {draft: [Drafted, Went], check: [Checked], never: {person: case.applicant, in: [check]}}
stages: {received: received, drafted: drafted, done: done}
initial: received
states:
  received:
    on:
      Drafted: {by: [clerk], to: drafted, set: {plan: event.plan}}
      Resumed: {by: [case.applicant]}
      Paused: {reason: required, needs: [letter, [minutes, record]]}
      Ended: {by: [clerk], reason: [too_late, not_eligible], to: done}
  drafted:
    on:
      Checked: {by: [checker], to: done}
      Went: {by: [clerk], to: received}
  done: {closed: true}
)";

Json application_data() { return {{"title", "A bridge"}, {"applicant", person_text(7)}, {"amount", {{"amount", "1250.00"}, {"currency", "EUR"}}}}; }

Trial opened() {
  Trial given(trial::parse(application));
  given.given("Applied", application_data());
  return given;
}

const Error& refusal(const Result<Decision>& decision) {
  REQUIRE_FALSE(decision);
  return decision.error();
}

using Names = std::vector<std::string>;

TEST_CASE("decide: an opening event allots the next reference of its prefix and year") {
  Trial given(trial::parse(application));
  const auto decision = given.when("Applied", application_data());
  REQUIRE(decision);
  CHECK(decision->effect.process == "application");
  CHECK(decision->effect.reference == "APP-2023-001");
  CHECK(decision->effect.registers == std::vector<Change>{{"reference/APP/2023", number(1)}});
  CHECK(decision->facts == std::vector<Fact>{{"reference/APP/2023", number(0), std::nullopt}});
  CHECK(decision->effect.transitions == Names{"-> received"});
  CHECK(decision->effect.configuration == Names{"received"});
  CHECK(decision->effect.passed == Names{"by"});
  given.state.reset();
  CHECK(given.when("Applied", application_data())->effect.reference == "APP-2023-002");
  given.state.reset();
  given.registers["reference/APP/2023"] = number(999);
  CHECK(given.when("Applied", application_data())->effect.reference == "APP-2023-1000");
  given.state.reset();
  given.now = Instant{1'710'000'000'000'000};
  CHECK(given.when("Applied", application_data())->effect.reference == "APP-2024-001");
}

TEST_CASE("decide: `set` copies fields of the event into case data; absent ones change nothing") {
  Trial given = opened();
  CHECK(given.state->data.at("title") == text("A bridge"));
  CHECK(given.state->data.at("applicant") == id(trial::person(7)));
  CHECK(given.state->data.at("amount") == Value{Money{125000, "EUR"}});
  Trial sparse(trial::parse(application));
  sparse.given("Applied", {{"title", "Nothing else"}});
  CHECK_FALSE(sparse.state->data.contains("amount"));
}

TEST_CASE("decide: an event the process does not know, or not now, is a conflict that says what is allowed") {
  Trial given = opened();
  const auto now = given.when("Checked", {{"plan", plan('a')}}, {.role = "checker"});
  CHECK(refusal(now).code == Code::conflict);
  CHECK(now.error().allowed == Names{"Drafted", "Resumed", "Paused", "Ended", "Came"});
  CHECK(now.error().message == "Checked is not allowed while the case is in received; allowed: Drafted, Resumed, Paused, Ended, Came");
  const auto never = given.when("Agreed", {{"plan", plan('a')}});
  CHECK(refusal(never).code == Code::conflict);
  CHECK(never.error().allowed.size() == 5);
  Trial fresh(trial::parse(application));
  const auto opening = fresh.when("Drafted", {{"plan", plan('a')}});
  CHECK(refusal(opening).code == Code::conflict);
  CHECK(opening.error().allowed == Names{"Applied"});
}

TEST_CASE("decide: a role that may not record the event learns nothing of the case's state") {
  Trial given = opened();
  const auto later = given.when("Checked", {{"plan", plan('a')}}, {.role = "clerk", .expected_revision = 9});
  CHECK(refusal(later).code == Code::denied);
  CHECK(later.error().allowed.empty());
  CHECK(later.error().message.find("clerk") != std::string::npos);
  CHECK(later.error().message.find("checker") != std::string::npos);
  CHECK(refusal(given.when("Came", Json::object(), {.role = "stranger"})).code == Code::denied);
}

TEST_CASE("decide: the expected revision is looked at after authority and before the state") {
  Trial given = opened();
  const auto stale = given.when("Checked", {{"plan", plan('a')}}, {.role = "checker", .expected_revision = 4});
  CHECK(refusal(stale).code == Code::stale);
  CHECK(stale.error().expected_revision == 4);
  CHECK(stale.error().current_revision == 1);
  CHECK(given.when("Came", Json::object(), {.expected_revision = 1}));
}

TEST_CASE("decide: a person named in case data may record the event in any known role") {
  Trial given = opened();
  CHECK(refusal(given.when("Resumed", Json::object(), {.by = 8, .role = "clerk"})).code == Code::denied);
  CHECK(given.when("Resumed", Json::object(), {.by = 7, .role = "member"}));
  CHECK(refusal(given.when("Resumed", Json::object(), {.by = 7, .role = "stranger"})).code == Code::denied);
}

TEST_CASE("decide: a reason is a code, required or one of the listed") {
  Trial given = opened();
  CHECK(refusal(given.when("Ended")).fields.front().pointer == "/reason");
  CHECK(refusal(given.when("Ended")).message == "Ended needs a reason: too_late or not_eligible");
  CHECK(refusal(given.when("Ended", Json::object(), {.reason = "other"})).code == Code::invalid);
  CHECK(refusal(given.when("Came", Json::object(), {.reason = "because I say so"})).code == Code::invalid);
  const auto ended = given.when("Ended", Json::object(), {.reason = "too_late"});
  REQUIRE(ended);
  CHECK(ended->effect.passed == Names{"by", "reason"});
}

TEST_CASE("decide: every needed category of evidence is asked for, one of several alternatives is enough") {
  Trial given = opened();
  const auto none = given.when("Paused", Json::object(), {.reason = "any"});
  REQUIRE(refusal(none).fields.size() == 2);
  CHECK(none.error().fields[1].detail == "evidence of category minutes or record is missing");
  CHECK(refusal(given.when("Paused", Json::object(), {.reason = "any", .evidence = {"letter"}})).fields.size() == 1);
  const auto enough = given.when("Paused", Json::object(), {.reason = "any", .evidence = {"record", "letter"}});
  REQUIRE(enough);
  CHECK(enough->effect.passed == Names{"reason", "needs"});
}

TEST_CASE("decide: nobody checks what they drafted, not even after it was undone") {
  Trial given = opened();
  given.given("Drafted", {{"plan", plan('a')}}, {.by = 2});
  given.given("Went", Json::object(), {.by = 3}).given("Drafted", {{"plan", plan('b')}}, {.by = 4});
  CHECK(given.state->data.at("persons/eyes/draft") == list({list({id(trial::person(2)), number(11)}), list({id(trial::person(3)), number(12)}), list({id(trial::person(4)), number(13)})}));
  const auto own = given.when("Checked", {{"plan", plan('b')}}, {.by = 2, .role = "checker"});
  CHECK(refusal(own).code == Code::refused);
  CHECK(own.error().rule == "distinct_persons/eyes/check");
  CHECK(own.error().position == 11);
  CHECK(own.error().message.find("somebody else") != std::string::npos);
  const auto other = given.when("Checked", {{"plan", plan('b')}}, {.by = 5, .role = "checker"});
  REQUIRE(other);
  CHECK(other->effect.passed == Names{"by", "distinct_persons/eyes"});
}

TEST_CASE("decide: within a group persons may coincide, and each is remembered once") {
  Trial given = opened();
  given.given("Drafted", {{"plan", plan('a')}}, {.by = 2}).given("Went", Json::object(), {.by = 2});
  CHECK(given.state->data.at("persons/eyes/draft") == list({list({id(trial::person(2)), number(11)})}));
}

TEST_CASE("decide: the principal counts as the recorder does") {
  Trial given = opened();
  given.given("Drafted", {{"plan", plan('a')}}, {.by = 2, .on_behalf_of = 3});
  CHECK(refusal(given.when("Checked", {{"plan", plan('a')}}, {.by = 3, .role = "checker"})).position == 11);
  CHECK(refusal(given.when("Checked", {{"plan", plan('a')}}, {.by = 5, .role = "checker", .on_behalf_of = 2})).code == Code::refused);
}

TEST_CASE("decide: the person a rule never admits is refused") {
  Trial given = opened();
  given.given("Drafted", {{"plan", plan('a')}}, {.by = 2});
  const auto own = given.when("Checked", {{"plan", plan('a')}}, {.by = 7, .role = "checker"});
  CHECK(refusal(own).code == Code::refused);
  CHECK(own.error().rule == "distinct_persons/eyes/check");
}

TEST_CASE("decide: an act happens when it is recorded") {
  Trial given = opened();
  given.given("Drafted", {{"plan", plan('a')}}, {.by = 2});
  const Instant earlier{given.now.micros - 1};
  const auto told = given.when("Checked", {{"plan", plan('a')}}, {.role = "checker", .occurred_at = earlier});
  CHECK(refusal(told).code == Code::invalid);
  CHECK(told.error().fields.front().pointer == "/occurred_at");
  SUBCASE("untold it is now") { CHECK(given.when("Checked", {{"plan", plan('a')}}, {.role = "checker"})->occurred_at == given.now); }
  SUBCASE("told as now it is taken") { CHECK(given.when("Checked", {{"plan", plan('a')}}, {.role = "checker", .occurred_at = given.now})->occurred_at == given.now); }
  SUBCASE("imported it keeps its time") { CHECK(given.when("Checked", {{"plan", plan('a')}}, {.role = "checker", .occurred_at = earlier, .mark = Mark::imported})->occurred_at == earlier); }
  SUBCASE("synthetic it keeps its time") { CHECK(given.when("Checked", {{"plan", plan('a')}}, {.role = "checker", .occurred_at = earlier, .mark = Mark::synthetic})->occurred_at == earlier); }
}

TEST_CASE("decide: a fact may be told late, and at most five seconds early") {
  Trial given = opened();
  CHECK(given.when("Came")->occurred_at == given.now);
  CHECK(given.when("Came", Json::object(), {.occurred_at = Instant{5}})->occurred_at == Instant{5});
  CHECK(given.when("Came", Json::object(), {.occurred_at = Instant{given.now.micros + 5'000'000}}));
  CHECK(refusal(given.when("Came", Json::object(), {.occurred_at = Instant{given.now.micros + 5'000'001}})).code == Code::invalid);
}

TEST_CASE("decide: a coarse time is the start of its period, which may reach into the future") {
  Trial given = opened();
  const Instant later_today{given.now.micros + 3'600'000'000};
  const auto by_month = given.when("Came", Json::object(), {.occurred_at = later_today, .precision = Precision::month});
  REQUIRE(by_month);
  CHECK(by_month->occurred_at == start_of(Date{2023, 11, 1}));
  CHECK(by_month->precision == Precision::month);
  CHECK(given.when("Came", Json::object(), {.occurred_at = later_today, .precision = Precision::day})->occurred_at == start_of(Date{2023, 11, 14}));
  CHECK(given.when("Came", Json::object(), {.occurred_at = later_today, .precision = Precision::year})->occurred_at == start_of(Date{2023, 1, 1}));
}

TEST_CASE("decide: what is accepted always changes neither configuration nor history") {
  Trial given = opened();
  const auto decision = given.when("Came");
  REQUIRE(decision);
  CHECK(decision->effect.transitions == Names{"application"});
  CHECK(decision->effect.configuration == Names{"received"});
  CHECK(decision->effect.history.empty());
}

TEST_CASE("decide: two equal situations give equal decisions") {
  Trial one = opened(), other = opened();
  const auto a = one.when("Drafted", {{"plan", plan('a')}}, {.by = 2}), b = other.when("Drafted", {{"plan", plan('a')}}, {.by = 2});
  REQUIRE(a);
  REQUIRE(b);
  CHECK(a->effect == b->effect);
  CHECK(state_digest(*one.state) == state_digest(*other.state));
}

const AllowedAction& action(const std::vector<AllowedAction>& actions, std::string_view type) {
  for (const AllowedAction& found : actions) {
    if (found.type == type) return found;
  }
  FAIL("not among the allowed: " << type);
  return actions.front();
}

TEST_CASE("allowed: the case's present events in document order, with what each asks for") {
  const std::vector<AllowedAction> actions = opened().allowed();
  Names types;
  for (const AllowedAction& found : actions) types.push_back(found.type);
  CHECK(types == Names{"Drafted", "Resumed", "Paused", "Ended", "Came"});
  CHECK(action(actions, "Drafted").roles == Names{"clerk"});
  CHECK(action(actions, "Resumed").roles == Names{"case.applicant"});
  CHECK(action(actions, "Came").roles == Names{"clerk", "checker", "member"});
  CHECK(action(actions, "Paused").needs == Names{"letter", "minutes|record"});
  CHECK(action(actions, "Paused").reasons == Names{"*"});
  CHECK(action(actions, "Ended").reasons == Names{"too_late", "not_eligible"});
  CHECK(action(actions, "Drafted").allowed);
}

TEST_CASE("allowed: what blocks this person is named") {
  Trial given = opened();
  CHECK(action(given.allowed({.role = "member"}), "Drafted").blocked_by == "by");
  CHECK(action(given.allowed({.by = 8}), "Resumed").blocked_by == "by");
  CHECK(action(given.allowed({.by = 7}), "Resumed").allowed);
  given.given("Drafted", {{"plan", plan('a')}}, {.by = 2});
  const auto actions = given.allowed({.by = 2, .role = "checker"});
  CHECK_FALSE(action(actions, "Checked").allowed);
  CHECK(action(actions, "Checked").blocked_by == "distinct_persons/eyes/check");
  CHECK_FALSE(action(actions, "Checked").why.empty());
  CHECK(action(given.allowed({.by = 5, .role = "checker"}), "Checked").allowed);
}

}  // namespace
}  // namespace acta
