// Publishing checks: each fault with its line and what to do.

#include "tests/engine/process/trial.h"

namespace acta {
namespace {

constexpr std::string_view sound = R"(acta: 1
process: application
title: Application
reference: APP
roles: [clerk, checker]
data: {title: text, applicant: person, amount: money, due: date, plan: digest, pages: number, urgent: flag, tags: list}
opens: {Applied: {by: [clerk], to: received, set: {title: event.title, applicant: event.applicant}}}
always: {Came: {by: [clerk]}}
distinct_persons: {eyes: {draft: [Drafted], check: [Checked]}}
seats: {board: {from: Convened, list: event.seats, body: body, person: person}}
stages: {received: received, done: done}
initial: received
states:
  received:
    on:
      Drafted: {by: [clerk], set: {plan: event.plan}}
      Convened: {}
      Voted: {seat: {of: board, body: event.body}}
      Checked: {by: [checker], to: done, quorum: {seats: board, opinions: Voted, body: event.body, value: event.vote, about: event.plan, for: [yes]}}
  done: {closed: true}
)";

std::string with(std::string_view replaced, std::string_view replacement) {
  std::string yaml(sound);
  const std::size_t at = yaml.find(replaced);
  REQUIRE(at != std::string::npos);
  return yaml.replace(at, replaced.size(), replacement);
}

std::vector<FieldError> faults_of(std::string_view yaml) {
  const auto parsed = Definition::parse(view(yaml), "application", *trial::office());
  if (parsed) return {};
  CHECK(parsed.error().code == Code::invalid);
  return parsed.error().fields;
}

struct Case {
  std::string_view replaced, replacement;
  int line;
  std::string_view says;
};

// The fault stands at its line, with its words; other faults may follow from it.
void check_fault(const Case& expected) {
  CAPTURE(expected.replacement);
  const std::vector<FieldError> faults = faults_of(with(expected.replaced, expected.replacement));
  const std::string pointer = "application:" + std::to_string(expected.line);
  std::string found;
  bool met = false;
  for (const FieldError& fault : faults) {
    found += fault.pointer + ": " + fault.detail + "\n";
    met = met || (fault.pointer == pointer && fault.detail.find(expected.says) != std::string::npos);
  }
  INFO(found);
  CHECK(met);
}

TEST_CASE("definition: a sound one says what it is") {
  const auto definition = trial::parse(sound);
  CHECK(definition->process() == "application");
  CHECK(definition->title() == "Application");
  CHECK(definition->hash() == sha256(view(sound)));
  CHECK(definition->roles() == std::vector<std::string>{"clerk", "checker"});
  CHECK(definition->knows_role("checker"));
  CHECK_FALSE(definition->knows_role("stranger"));
  CHECK(definition->opens_with("Applied"));
  CHECK_FALSE(definition->opens_with("Drafted"));
}

TEST_CASE("definition: what YAML allows and this language does not is refused by line") {
  const Case cases[] = {
      {"acta: 1\n", "acta: 2\n", 1, "first line must be `acta: 1`"},
      {"acta: 1\n", "# a remark\nacta: 1\n", 1, "first line must be `acta: 1`"},
      {"title: Application", "title: &t Application", 3, "an anchor"},
      {"title: Application", "title: *t", 3, "not YAML"},
      {"title: Application", "title: !!str Application", 3, "a tag"},
      {"title: Application", "title: ! Application", 3, "a tag"},
      {"roles: [clerk, checker]", "roles: !mine [clerk, checker]", 5, "a tag"},
      {"title: Application", "title: Application\ntitle: Again", 4, "`title` stands here twice"},
      {"done: {closed: true}\n", "done: {closed: true}\n---\nacta: 1\n", 22, "a second document"},
      {"title: Application", "title: Application\r", 3, "without CR"},
      {"title: Application", "title:\tApplication", 3, "control character"},
      {"title: Application", "title: \xC3\x28", 3, "not UTF-8"},
      {"title: Application", "title: [", 5, "not YAML"},
      {"title: Application", "title: ''", 3, "not empty"},
      {"title: Application", "title: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", 3, "nested deeper than 32"},
  };
  for (const Case& expected : cases) check_fault(expected);
}

TEST_CASE("definition: an alias is refused even where its anchor is known") {
  CHECK(faults_of(with("title: Application", "title: &t Application\nreference: *t")).size() >= 2);
}

TEST_CASE("definition: scalars are text, whatever YAML makes of them") {
  const auto definition = trial::parse(with("title: Application", "title: NO"));
  CHECK(definition->title() == "NO");
  CHECK(trial::parse(with("title: Application", "title: 1.0"))->title() == "1.0");
  CHECK(trial::parse(with("title: Application", "title: '! not a tag'"))->title() == "! not a tag");
}

TEST_CASE("definition: one larger than 48 KiB is refused") {
  const auto faults = faults_of(std::string(sound) + "#" + std::string(48 * 1024, 'x'));
  REQUIRE(faults.size() == 1);
  CHECK(faults.front().detail.find("48 KiB") != std::string::npos);
}

TEST_CASE("definition: the head is checked") {
  const Case cases[] = {
      {"process: application\n", "", 1, "needs `process`"},
      {"process: application", "process: The Application", 2, "lower-case letters"},
      {"reference: APP", "reference: app", 4, "capital letters"},
      {"roles: [clerk, checker]\n", "", 1, "needs `roles`"},
      {"title: text", "title: words", 6, "must be of kind"},
      {"title: text", "ti/tle: text", 6, "lower-case letters"},
      {"opens: {Applied: {by: [clerk], to: received, set: {title: event.title, applicant: event.applicant}}}\n", "", 1, "needs `opens`"},
      {"initial: received\nstates", "states", 1, "needs `initial`"},
      {"title: Application", "title: Application\ncolour: red", 4, "`colour` is not a word of a process"},
  };
  for (const Case& expected : cases) check_fault(expected);
}

TEST_CASE("definition: transitions are checked") {
  const Case cases[] = {
      {"by: [checker], to: done", "by: [checker], to: gone", 19, "state `gone`, which does not exist"},
      {"by: [checker], to: done", "by: [boss], to: done", 19, "unknown role `boss`"},
      {"by: [checker], to: done", "by: [case.title], to: done", 19, "not case data of kind person"},
      {"by: [checker], to: done", "by: [checker], when: x, to: done", 19, "`when` belongs to a later version"},
      {"by: [checker], to: done", "by: [checker], goto: done", 19, "`goto` is not a word of a transition"},
      {"Convened: {}", "Convoked: {}", 17, "`Convoked` is not an event type"},
      {"Convened: {}", "Convened: [{}, {to: done}]", 17, "second transition"},
      {"Convened: {}", "Convened: {reason: maybe}", 17, "`required` or a list"},
      {"Convened: {}", "Convened: {reason: [no way]}", 17, "letters, digits and _"},
      {"Convened: {}", "Convened: {needs: letter}", 17, "list of evidence categories"},
      {"Convened: {}", "Convened: {internal: no}", 17, "can only be `true`"},
      {"Convened: {}", "Convened: {to: [received, done]}", 17, "not in different regions"},
      {"always: {Came: {by: [clerk]}}", "always: {Came: {to: done}}", 8, "leads nowhere"},
      {"set: {plan: event.plan}", "set: {plan: event.plans}", 16, "`event.plans` of Drafted"},
      {"set: {plan: event.plan}", "set: {plan: plan}", 16, "write `event.<field>`"},
      {"set: {plan: event.plan}", "set: {amount: event.plan}", 16, "another kind"},
      {"set: {plan: event.plan}", "set: {budget: event.plan}", 16, "not under `data`"},
      {"set: {title: event.title", "set: {title: event.address", 7, "`event.address` of Applied"},
      {"set: {title: event.title", "set: {title: event.tags", 7, "another kind"},
      {"by: [clerk], to: received, set", "seat: {of: board, body: event.title}, to: received, set", 7, "no seats yet"},
  };
  for (const Case& expected : cases) check_fault(expected);
}

TEST_CASE("definition: a case field takes every kind the language promises") {
  CHECK(trial::parse(with("title: event.title, applicant: event.applicant", "title: event.title, amount: event.amount, due: event.due, plan: event.plan, pages: event.pages, urgent: event.urgent, tags: event.tags")) != nullptr);
}

TEST_CASE("definition: seats, quorum and distinct persons are checked") {
  const Case cases[] = {
      {"from: Convened", "from: Agreed", 10, "`event.seats` of Agreed"},
      {"list: event.seats", "list: event.chairs", 10, "`event.chairs` of Convened"},
      {"body: body, person: person}}", "body: body, person: deputy}}", 10, "`must` field of kind person"},
      {"person: person}}", "person: person, chair: x}}", 10, "not a word of a seat list"},
      {"seat: {of: board", "seat: {of: bench", 18, "not under `seats`"},
      {"quorum: {seats: board", "quorum: {seats: bench", 19, "which nobody fills"},
      {"opinions: Voted", "opinions: Shouted", 19, "not an event type"},
      {"opinions: Voted", "opinions: Agreed", 19, "`event.body` of Agreed"},
      {"for: [yes]", "for: [maybe]", 19, "no value of vote: yes, no, abstain, recused"},
      {"for: [yes]", "need: 1", 19, "needs `for`"},
      {"for: [yes]", "for: [yes], present: 2, need: 3", 19, "could never hold"},
      {"for: [yes]", "for: [yes], present: many", 19, "whole number"},
      {"for: [yes]", "for: [yes], silence: counts", 19, "`silence` is not a word of `quorum`"},
      {"value: event.vote", "value: event.remark", 19, "must be a `must` field"},
      {"check: [Checked]", "check: [Drafted]", 9, "two groups"},
      {"check: [Checked]", "check: [Ended]", 9, "accepted in no state"},
      {", check: [Checked]", "", 9, "keeps nobody apart"},
      {"check: [Checked]", "check: [Checked], never: {person: case.title, in: [check]}", 9, "kind person"},
      {"check: [Checked]", "check: [Checked], never: {person: case.applicant, in: [audit]}", 9, "group `audit`"},
  };
  for (const Case& expected : cases) check_fault(expected);
}

TEST_CASE("definition: the chart as a whole is checked") {
  const Case cases[] = {
      {"done: {closed: true}", "done: {closed: true}\n  lost: {}", 21, "state `lost` cannot be reached"},
      {"done: {closed: true}", "done: {}", 14, "no `closed` state can be reached from state `received`"},
      {"done: {closed: true}", "done: {}", 20, "no `closed` state can be reached from state `done`"},
      {"stages: {received: received, done: done}", "stages: {received: received}", 20, "state `done` has no stage"},
      {"stages: {received: received, done: done}", "stages: {received: received, done: done, gone: gone}", 11, "`gone`, which does not exist"},
      {"done: {closed: true}", "done: {closed: true, eventless: {to: done}}", 20, "an eventless loop"},
      {"done: {closed: true}", "done: {closed: true, eventless: {internal: true}}", 20, "needs `to`"},
      {"done: {closed: true}", "done: {final: true}", 20, "`final` ends a region"},
      {"done: {closed: true}", "done: {initial: deep, states: {received: {closed: true}}}", 20, "stands twice"},
      {"done: {closed: true}", "done: {states: {deep: {closed: true}}}", 20, "needs `initial`"},
      {"done: {closed: true}", "done: {initial: received, states: {deep: {closed: true}}}", 20, "not inside `done`"},
      {"done: {closed: true}", "done: {history: deep, default: received}", 20, "remembers nothing"},
      {"done: {closed: true}", "done: {initial: deep, states: {deep: {closed: true}, back: {history: full, default: deep}}}", 20, "shallow or deep"},
      {"done: {closed: true}", "done: closed", 20, "must be a map"},
      {"done: {closed: true}", "done: {closed: true, done: {to: received}}", 20, "`done` is not a word of a state without"},
  };
  for (const Case& expected : cases) check_fault(expected);
}

TEST_CASE("definition: a loop over two states and a done transition is found") {
  const auto faults = faults_of(with("done: {closed: true}", "done: {closed: true, initial: f, states: {f: {final: true}}, done: {to: other}}\n  other: {eventless: {to: done}}"));
  REQUIRE_FALSE(faults.empty());
  CHECK(faults.front().detail.find("an eventless loop") != std::string::npos);
}

TEST_CASE("definition: an inner transition may not be open to more people than the enclosing one") {
  check_fault({"done: {closed: true}", "done: {closed: true, on: {Ended: {by: [checker]}}, initial: deep, states: {deep: {on: {Ended: {by: [checker, clerk]}}}}}", 20, "does not name"});
}

TEST_CASE("definition: every fault is told at once, in the order of the file") {
  const std::vector<FieldError> faults = faults_of(with("reference: APP\nroles: [clerk, checker]", "reference: app\nroles: [Clerk, checker]"));
  REQUIRE(faults.size() >= 3);
  CHECK(faults[0].pointer == "application:4");
  CHECK(faults[1].pointer == "application:5");
}

TEST_CASE("definition: two of one ledger do not share a process or an opening event") {
  const auto one = trial::parse(sound), same_process = trial::parse(with("opens: {Applied: {by: [clerk], to: received, set: {title: event.title, applicant: event.applicant}}}", "opens: {Began: {}}")), same_opening = trial::parse(with("process: application", "process: other"));
  const auto third = trial::parse(with("process: application\ntitle: Application\nreference: APP\nroles: [clerk, checker]\ndata: {title: text, applicant: person, amount: money, due: date, plan: digest, pages: number, urgent: flag, tags: list}\nopens: {Applied: {by: [clerk], to: received, set: {title: event.title, applicant: event.applicant}}}", "process: third\ntitle: Third\nreference: TRD\nroles: [clerk, checker]\ndata: {plan: digest}\nopens: {Began: {}}"));
  CHECK(check_together({one, third}));
  const auto process_twice = check_together({one, same_process});
  REQUIRE_FALSE(process_twice);
  CHECK(process_twice.error().message.find("`application` is already taken") != std::string::npos);
  const auto opening_twice = check_together({one, same_opening});
  REQUIRE_FALSE(opening_twice);
  CHECK(opening_twice.error().fields.front().pointer == "test:7");
  CHECK(opening_twice.error().fields.front().detail.find("`Applied` is already taken by process application") != std::string::npos);
}

}  // namespace
}  // namespace acta
