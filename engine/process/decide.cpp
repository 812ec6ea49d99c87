#include "engine/process/decide.h"

#include <algorithm>
#include <cctype>

#include "engine/process/attempt.h"
#include "engine/process/event_time.h"
#include "engine/process/faults.h"
#include "events/render.h"
#include "events/value.h"

namespace acta {
namespace {

using chart::Transition;
using chart::TransitionIndex;

struct Attempt {
  const Definition::Impl& definition;
  const CaseState* state;
  const Command& command;
  const Situation& situation;
  Place place;
  Recorder recorder;

  const std::string& event() const { return command.type->name; }
  const Transition& transition(TransitionIndex index) const { return definition.chart.transitions[index]; }
  const Data& data() const {
    static const Data none;
    return state == nullptr ? none : state->data;
  }
  std::optional<Value> read(std::string_view path) const { return read_path(*command.type, command.entry.payload, path); }
};

std::vector<TransitionIndex> openings(const Attempt& attempt) {
  std::vector<TransitionIndex> found;
  for (const TransitionIndex index : attempt.definition.chart.opens) {
    if (attempt.transition(index).event == attempt.event()) found.push_back(index);
  }
  return found;
}

// Every transition the definition has for the event, whatever the case's state.
std::vector<TransitionIndex> candidates(const Attempt& attempt) {
  if (attempt.state == nullptr) return openings(attempt);
  const auto known = attempt.definition.by_event.find(attempt.event());
  return known == attempt.definition.by_event.end() ? std::vector<TransitionIndex>{} : known->second;
}

std::vector<std::string> opening_events(const Definition::Impl& definition) {
  std::vector<std::string> events;
  for (const TransitionIndex index : definition.chart.opens) events.push_back(definition.chart.transitions[index].event);
  return events;
}

std::string leaves_of(const Attempt& attempt) {
  std::vector<std::string> leaves;
  for (const chart::StateIndex state : attempt.place.configuration) {
    if (attempt.definition.chart.is_leaf(state)) leaves.push_back(attempt.definition.chart[state].id);
  }
  return joined(leaves);
}

Error not_accepted(const Attempt& attempt) {
  const bool opening = attempt.state == nullptr;
  std::vector<std::string> allowed = opening ? opening_events(attempt.definition) : accepted_events(attempt.definition, attempt.place);
  const std::string where = opening ? " does not open a case of " + attempt.definition.process : " is not allowed while the case is in " + leaves_of(attempt);
  Error failure = error(Code::conflict, attempt.event() + where + "; allowed: " + (allowed.empty() ? "nothing" : joined(allowed)));
  failure.allowed = std::move(allowed);
  return failure;
}

bool authorised(const Attempt& attempt, TransitionIndex index) {
  const Rules& rules = attempt.transition(index).rules;
  if (!may_record(attempt.definition, rules, attempt.recorder, attempt.state == nullptr ? nullptr : &attempt.state->data)) return false;
  if (!rules.seat) return true;
  const std::optional<Value> body = attempt.read(rules.seat->body);
  return body && represents(*rules.seat, attempt.recorder, attempt.data(), body);
}

Error denied(const Attempt& attempt, const std::vector<TransitionIndex>& transitions) {
  std::vector<std::string> who;
  for (const TransitionIndex index : transitions) {
    std::string some = who_may(attempt.definition, attempt.transition(index).rules);
    if (std::find(who.begin(), who.end(), some) == who.end()) who.push_back(std::move(some));
  }
  return error(Code::denied, "role " + std::string(attempt.recorder.role) + " of this person may not record " + attempt.event() + "; it may be recorded by: " + joined(who, "; "));
}

Result<void> check_authority(const Attempt& attempt, const std::vector<TransitionIndex>& all) {
  const bool some = std::any_of(all.begin(), all.end(), [&](TransitionIndex index) { return authorised(attempt, index); });
  if (some) return {};
  return denied(attempt, all);
}

Result<void> check_revision(const Attempt& attempt) {
  const Revision current = attempt.state == nullptr ? 0 : attempt.state->revision;
  if (!attempt.command.expected_revision || *attempt.command.expected_revision == current) return {};
  Error failure = error(Code::stale, "the case is at revision " + std::to_string(current) + ", not " + std::to_string(*attempt.command.expected_revision) + ": read it again and decide anew");
  failure.expected_revision = attempt.command.expected_revision;
  failure.current_revision = current;
  return failure;
}

Result<std::vector<TransitionIndex>> select_transitions(const Attempt& attempt, const std::vector<TransitionIndex>& all) {
  std::vector<TransitionIndex> selected = all;
  if (attempt.state != nullptr) selected = chart::select(attempt.definition.chart, attempt.place.configuration, attempt.place.history, attempt.event());
  if (selected.empty()) return not_accepted(attempt);
  const bool every = std::all_of(selected.begin(), selected.end(), [&](TransitionIndex index) { return authorised(attempt, index); });
  if (!every) return denied(attempt, selected);
  return selected;
}

Error invalid_at(std::string pointer, std::string what) {
  Error failure = error(Code::invalid, what);
  failure.fields.push_back({std::move(pointer), std::move(what)});
  return failure;
}

bool is_code(std::string_view reason) {
  return std::all_of(reason.begin(), reason.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

Result<void> check_reason(const Attempt& attempt, const Rules& rules) {
  const std::string& reason = attempt.command.entry.reason;
  if (!is_code(reason)) return invalid_at("/reason", "a reason is a code: letters, digits and _");
  if (!rules.reason_required) return {};
  const std::string choice = rules.reasons.empty() ? "any code" : joined(rules.reasons, " or ");
  if (reason.empty()) return invalid_at("/reason", attempt.event() + " needs a reason: " + choice);
  if (rules.reasons.empty() || std::find(rules.reasons.begin(), rules.reasons.end(), reason) != rules.reasons.end()) return {};
  return invalid_at("/reason", reason + " is no reason for " + attempt.event() + ": " + choice);
}

bool has_evidence(const std::vector<Evidence>& evidence, const std::vector<std::string>& any_of) {
  return std::any_of(evidence.begin(), evidence.end(), [&](const Evidence& item) { return std::find(any_of.begin(), any_of.end(), item.category) != any_of.end(); });
}

Result<void> check_needs(const Attempt& attempt, const Rules& rules) {
  std::vector<std::string> missing;
  for (const auto& any_of : rules.needs) {
    if (!has_evidence(attempt.command.entry.evidence, any_of)) missing.push_back(joined(any_of, " or "));
  }
  if (missing.empty()) return {};
  Error failure = invalid_at("/evidence", attempt.event() + " needs evidence of category " + joined(missing));
  failure.fields.clear();
  for (const std::string& category : missing) failure.fields.push_back({"/evidence", "evidence of category " + category + " is missing"});
  return failure;
}

Error refused(const Objection& objection) {
  Error failure = error(Code::refused, objection.why);
  failure.rule = objection.rule;
  if (objection.conflict) failure.position = objection.conflict->value;
  return failure;
}

void note_opinions(Decision& decision, const Quorum& quorum, const std::vector<CountedOpinion>& opinions, const std::optional<Value>& about) {
  for (const CountedOpinion& opinion : opinions) {
    if (about && opinion.about == *about) decision.facts.push_back({opinions_name(quorum.opinions, opinion.body), text(opinion.value), opinion.position});
  }
}

Result<void> check_quorum(const Attempt& attempt, const Quorum& quorum, Decision& decision) {
  const std::optional<Value> about = attempt.read(quorum.about);
  const std::vector<CountedOpinion> opinions = opinions_of(quorum, attempt.data());
  if (const auto objection = quorum_objection(quorum, opinions, about)) return refused(*objection);
  note_opinions(decision, quorum, opinions, about);
  return {};
}

void pass(Decision& decision, std::string word) {
  auto& passed = decision.effect.passed;
  if (std::find(passed.begin(), passed.end(), word) == passed.end()) passed.push_back(std::move(word));
}

// What is wrong with the request itself: nothing of it is recorded.
Result<void> check_request(const Attempt& attempt, const std::vector<TransitionIndex>& selected, Decision& decision) {
  for (const TransitionIndex index : selected) {
    const Rules& rules = attempt.transition(index).rules;
    ACTA_CHECK(check_reason(attempt, rules));
    if (!rules.by.empty()) pass(decision, "by");
    if (rules.seat) pass(decision, "seat/" + rules.seat->of);
    if (rules.reason_required) pass(decision, "reason");
  }
  for (const TransitionIndex index : selected) {
    ACTA_CHECK(check_needs(attempt, attempt.transition(index).rules));
    if (!attempt.transition(index).rules.needs.empty()) pass(decision, "needs");
  }
  return {};
}

// What a control forbids: the attempt is recorded.
Result<void> check_controls(const Attempt& attempt, const std::vector<TransitionIndex>& selected, Decision& decision) {
  if (const auto objection = distinct_persons_objection(attempt.definition, attempt.event(), attempt.recorder, attempt.data())) return refused(*objection);
  for (std::string& set : distinct_sets_about(attempt.definition, attempt.event())) pass(decision, "distinct_persons/" + std::move(set));
  for (const TransitionIndex index : selected) {
    const auto& quorum = attempt.transition(index).rules.quorum;
    if (!quorum) continue;
    ACTA_CHECK(check_quorum(attempt, *quorum, decision));
    pass(decision, "quorum/" + quorum->seats);
  }
  return {};
}

std::string arrow(const chart::Chart& chart, const Transition& transition) {
  std::vector<std::string> targets;
  for (const chart::StateIndex target : transition.targets) targets.push_back(chart[target].id);
  if (targets.empty()) return chart[transition.source].id;
  const std::string from = transition.source == chart::root ? "" : chart[transition.source].id + " ";
  return from + "-> " + joined(targets);
}

List names_of(const chart::Chart& chart, const std::vector<chart::StateIndex>& states) {
  List names;
  for (const chart::StateIndex state : states) names.push_back(text(chart[state].id));
  return names;
}

void move(const Attempt& attempt, const std::vector<TransitionIndex>& selected, Effect& effect) {
  const chart::Chart& chart = attempt.definition.chart;
  const chart::Run run = chart::run_to_completion(chart, attempt.place.configuration, attempt.place.history, selected);
  for (const TransitionIndex index : run.taken) effect.transitions.push_back(arrow(chart, chart.transitions[index]));
  for (const chart::StateIndex state : run.configuration) effect.configuration.push_back(chart[state].id);
  std::sort(effect.configuration.begin(), effect.configuration.end());
  for (const auto& [state, value] : run.history) {
    const auto before = attempt.place.history.find(state);
    if (before == attempt.place.history.end() || before->second != value) effect.history.push_back({chart[state].id, list(names_of(chart, value))});
  }
}

std::string three_digits(std::int64_t counter) {
  const std::string digits = std::to_string(counter);
  return std::string(digits.size() < 3 ? 3 - digits.size() : 0, '0') + digits;
}

void open_case(const Attempt& attempt, Decision& decision) {
  const std::string year = std::to_string(date_of(attempt.situation.now).year);
  const std::string name = "reference/" + attempt.definition.reference + "/" + year;
  std::int64_t counter = 0;
  if (const auto* registers = attempt.situation.registers) {
    const auto last = registers->find(name);
    if (last != registers->end()) counter = std::get<std::int64_t>(last->second.held);
  }
  decision.facts.push_back({name, number(counter), std::nullopt});
  decision.effect.process = attempt.definition.process;
  decision.effect.reference = attempt.definition.reference + "-" + year + "-" + three_digits(counter + 1);
  decision.effect.registers.push_back({name, number(counter + 1)});
}

Recorder recorder_of(const Command& command) {
  return Recorder{.person = command.entry.actor.person, .on_behalf_of = command.entry.actor.on_behalf_of, .role = command.role};
}

}  // namespace

Result<Decision> decide(const Definition& definition, const CaseState* state, const Command& command, const Situation& situation) {
  const Definition::Impl& impl = definition.impl();
  const Attempt attempt{.definition = impl, .state = state, .command = command, .situation = situation, .place = state == nullptr ? Place{} : place_of(impl.chart, *state), .recorder = recorder_of(command)};
  const std::vector<TransitionIndex> all = candidates(attempt);
  if (all.empty()) return not_accepted(attempt);
  ACTA_CHECK(check_authority(attempt, all));
  ACTA_CHECK(check_revision(attempt));
  ACTA_TRY(const std::vector<TransitionIndex> selected, select_transitions(attempt, all));
  Decision decision;
  ACTA_TRY(const EventTime time, event_time(command, situation.now));
  decision.occurred_at = time.occurred_at;
  decision.precision = time.precision;
  ACTA_CHECK(check_request(attempt, selected, decision));
  ACTA_TRY(decision.effect.data, data_changes(impl, selected, state, command, situation.position));
  ACTA_CHECK(check_controls(attempt, selected, decision));
  move(attempt, selected, decision.effect);
  if (state == nullptr) open_case(attempt, decision);
  return decision;
}

}  // namespace acta
