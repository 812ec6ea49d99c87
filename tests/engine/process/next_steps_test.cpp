// What a case waits for, and for whom.

#include "engine/process/next_steps.h"

#include "tests/engine/process/trial.h"

namespace acta {
namespace {

using trial::Trial;
using trial::person;
using trial::person_text;
using trial::plan;

constexpr std::string_view office = R"(acta: 1
process: office
title: Office
reference: OFF
roles: [clerk, member, chair, partner]
data: {plan: digest, applicant: person}
opens: {Applied: {set: {plan: event.plan, applicant: event.applicant}}}
always: {Came: {}}
distinct_persons:
  plan:
    draft: [Drafted]
    decide: [Voted, Agreed]
    never: {person: case.applicant, in: [decide]}
seats: {board: {from: Convened, list: event.seats, body: body, person: person}}
stages: {drafting: drafting, deciding: deciding, waiting: waiting, done: done, ended: ended}
initial: preparing
states:
  preparing:
    initial: drafting
    on:
      Resumed: {by: [partner], to: ended}
    states:
      drafting:
        on:
          Drafted: {by: [clerk], needs: [[letter, fax]], set: {plan: event.plan}}
          Went: {by: [clerk, member]}
          Convened: {by: [chair], to: opinions}
          Paused: {by: [case.applicant], to: waiting}
      deciding:
        initial: opinions
        on:
          Agreed:
            by: [chair]
            quorum: {seats: board, opinions: Voted, body: event.body, value: event.vote, about: event.plan, present: 2, for: [yes], need: 2, against: [no]}
            set: {plan: event.plan}
            to: done
          Ended: {by: [chair], reason: [cost], to: ended}
        states:
          opinions:
            on:
              Voted: {by: [member], seat: {of: board, body: event.body}}
              Checked: {by: [clerk], to: counted}
          counted: {}
      waiting:
        on:
          Ended: {by: [clerk], to: ended}
  done: {closed: true}
  ended: {closed: true}
)";

Trial applied() {
  Trial given(trial::parse(office));
  given.given("Applied", {{"title", "A"}, {"applicant", person_text(7)}, {"plan", plan('a')}});
  return given;
}

Trial convened() {
  Trial given = applied();
  given.given("Drafted", {{"plan", plan('a')}}, {.evidence = {"letter"}});
  given.given("Convened", {{"seats", {{{"body", "A"}, {"person", person_text(2)}}, {{"body", "B"}, {"person", person_text(3)}}}}}, {.by = 5, .role = "chair"});
  return given;
}

void vote(Trial& given, char body, std::string_view value = "yes", char about = 'a') {
  given.given("Voted", {{"body", std::string(1, body)}, {"vote", value}, {"plan", plan(about)}}, {.by = static_cast<std::uint8_t>(body - 'A' + 2), .role = "member"});
}

std::vector<NextStep> steps_of(const Trial& given) { return next_steps(*trial::parse(office), *given.state); }

// "Event" of those that call, "(Event)" of the others.
std::string said(const Trial& given) {
  std::string line;
  for (const NextStep& step : steps_of(given)) line += (line.empty() ? "" : " ") + (step.calls ? step.event : "(" + step.event + ")");
  return line;
}

NextStep step(const Trial& given, std::string_view event) {
  for (const NextStep& step : steps_of(given)) {
    if (step.event == event) return step;
  }
  FAIL("no step " << event);
  return {};
}

bool takes(const Trial& given, std::string_view event, const Worker& worker) { return may_take(*trial::parse(office), *given.state, step(given, event), worker); }

TEST_CASE("next steps: those of the stage lead on or work on the case; ways out around it, notes and remarks are none") {
  const Trial given = applied();
  CHECK(said(given) == "Drafted Convened Paused");
  CHECK(step(given, "Drafted").roles == std::vector<std::string>{"clerk"});
  CHECK(step(given, "Drafted").needs == std::vector<std::string>{"letter|fax"});
}

TEST_CASE("next steps: a step for a person of the case is for that person, in any role") {
  const Trial given = applied();
  const NextStep paused = step(given, "Paused");
  CHECK(paused.roles.empty());
  CHECK(paused.persons == std::vector<PersonId>{person(7)});
  CHECK(takes(given, "Paused", {.role = "clerk", .person = person(7)}));
  CHECK(takes(given, "Paused", {.role = {}, .person = person(7)}));
  CHECK_FALSE(takes(given, "Paused", {.role = "clerk", .person = person(1)}));
  CHECK_FALSE(takes(given, "Paused", {.role = {}, .person = person(1)}));
  CHECK_FALSE(takes(given, "Paused", {.role = "clerk", .person = {}}));
}

TEST_CASE("next steps: a deciding body's silent seats are told, and the decision does not call while they may speak") {
  Trial given = convened();
  CHECK(said(given) == "(Agreed) (Ended) Voted Checked");
  REQUIRE(step(given, "Agreed").silent.size() == 2);
  vote(given, 'A');
  const NextStep agreed = step(given, "Agreed");
  REQUIRE(agreed.silent.size() == 1);
  CHECK(agreed.silent[0].body == "B");
  CHECK(agreed.silent[0].person == person(3));
  CHECK(agreed.held_up.find("1 of 2 seats") != std::string::npos);
  CHECK(takes(given, "Voted", {.role = "member", .person = person(3)}));
  CHECK_FALSE(takes(given, "Voted", {.role = "member", .person = person(2)}));
  CHECK_FALSE(takes(given, "Voted", {.role = "member", .person = person(9)}));
  vote(given, 'B');
  CHECK(said(given) == "Agreed (Ended) (Voted) Checked");
  CHECK(step(given, "Agreed").held_up.empty());
}

TEST_CASE("next steps: once nobody may speak any more, a decision that cannot hold calls all the same") {
  Trial spoken = convened();
  vote(spoken, 'A');
  vote(spoken, 'B', "no");
  CHECK(said(spoken) == "Agreed (Ended) (Voted) Checked");
  CHECK_FALSE(step(spoken, "Agreed").held_up.empty());
  Trial counted = convened();
  vote(counted, 'A');
  counted.given("Checked", {{"plan", plan('a')}});
  CHECK(said(counted) == "Agreed (Ended)");
}

TEST_CASE("next steps: an opinion on an earlier plan does not break a seat's silence") {
  Trial given = convened();
  vote(given, 'A', "yes", 'b');
  CHECK(step(given, "Voted").silent.size() == 2);
}

TEST_CASE("next steps: an end calls when nothing else leads on") {
  Trial given = applied();
  given.given("Paused", Json::object(), {.by = 7});
  CHECK(said(given) == "Ended");
  CHECK_FALSE(step(given, "Ended").ends);
}

TEST_CASE("next steps: who may not be whom is barred by name, with the rule") {
  Trial given = convened();
  const auto barred = barred_from(*trial::parse(office), *given.state, "Agreed");
  REQUIRE(barred.size() == 2);
  CHECK(barred[0].person == person(1));
  CHECK(barred[0].rule == "distinct_persons/plan/decide");
  CHECK(barred[1].person == person(7));
  CHECK_FALSE(takes(given, "Agreed", {.role = "chair", .person = person(1)}));
  CHECK(takes(given, "Agreed", {.role = "chair", .person = person(5)}));
  CHECK(takes(given, "Agreed", {.role = "chair", .person = {}}));
  CHECK_FALSE(takes(given, "Agreed", {.role = "clerk", .person = person(5)}));
}

TEST_CASE("next steps: a closed case waits for nobody") {
  Trial given = applied();
  given.given("Resumed", Json::object(), {.by = 4, .role = "partner"});
  CHECK(steps_of(given).empty());
}

}  // namespace
}  // namespace acta
