// What the case accepts now, and whether this person may.

#include <algorithm>

#include "engine/process/attempt.h"
#include "engine/process/faults.h"

namespace acta {
namespace {

using chart::TransitionIndex;

struct Viewer {
  const Definition::Impl& definition;
  const CaseState& state;
  Recorder recorder;
};

// Nobody knows yet what a coming decision is about: it can hold when it does for anything that was given an opinion on.
std::optional<Objection> quorum_outlook(const Quorum& quorum, const Data& data) {
  const std::vector<CountedOpinion> opinions = opinions_of(quorum, data);
  std::optional<Objection> objection = quorum_objection(quorum, opinions, std::nullopt);
  for (const CountedOpinion& opinion : opinions) {
    if (!objection) break;
    objection = quorum_objection(quorum, opinions, opinion.about);
  }
  return objection;
}

std::optional<Objection> authority_objection(const Viewer& viewer, const Rules& rules) {
  if (!may_record(viewer.definition, rules, viewer.recorder, &viewer.state.data)) return Objection{"by", "may be recorded by: " + who_may(viewer.definition, rules), std::nullopt};
  if (rules.seat && !represents(*rules.seat, viewer.recorder, viewer.state.data, std::nullopt)) return Objection{"seat/" + rules.seat->of, "this person represents no seat in " + rules.seat->of, std::nullopt};
  return std::nullopt;
}

std::optional<Objection> objection_to(const Viewer& viewer, const std::string& event, const std::vector<TransitionIndex>& selected) {
  for (const TransitionIndex index : selected) {
    if (auto objection = authority_objection(viewer, viewer.definition.chart.transitions[index].rules)) return objection;
  }
  if (auto objection = distinct_persons_objection(viewer.definition, event, viewer.recorder, viewer.state.data)) return objection;
  for (const TransitionIndex index : selected) {
    const auto& quorum = viewer.definition.chart.transitions[index].rules.quorum;
    if (!quorum) continue;
    if (auto objection = quorum_outlook(*quorum, viewer.state.data)) return objection;
  }
  return std::nullopt;
}

void keep_common(std::vector<std::string>& kept, const std::vector<std::string>& others) {
  std::erase_if(kept, [&](const std::string& item) { return std::find(others.begin(), others.end(), item) == others.end(); });
}

void add_needs(AllowedAction& action, const Rules& rules) {
  for (const auto& any_of : rules.needs) {
    std::string need = joined(any_of, "|");
    if (std::find(action.needs.begin(), action.needs.end(), need) == action.needs.end()) action.needs.push_back(std::move(need));
  }
}

void add_reasons(AllowedAction& action, const Rules& rules) {
  if (!rules.reason_required) return;
  const bool any = action.reasons.empty() || action.reasons.front() == "*";
  if (!rules.reasons.empty() && !any) keep_common(action.reasons, rules.reasons);
  if (!rules.reasons.empty() && any) action.reasons = rules.reasons;
  if (rules.reasons.empty() && action.reasons.empty()) action.reasons = {"*"};
}

}  // namespace

AllowedAction accepted_action(const Definition::Impl& definition, const std::string& event, const std::vector<TransitionIndex>& selected) {
  AllowedAction action;
  action.type = event;
  action.roles = definition.roles;
  bool anybody = true;
  for (const TransitionIndex index : selected) {
    const Rules& rules = definition.chart.transitions[index].rules;
    if (!rules.by.empty() && anybody) action.roles = rules.by;
    if (!rules.by.empty() && !anybody) keep_common(action.roles, rules.by);
    anybody = anybody && rules.by.empty();
    add_needs(action, rules);
    add_reasons(action, rules);
  }
  return action;
}

namespace {

AllowedAction action_of(const Viewer& viewer, const std::string& event, const std::vector<TransitionIndex>& selected) {
  AllowedAction action = accepted_action(viewer.definition, event, selected);
  if (const auto objection = objection_to(viewer, event, selected)) {
    action.allowed = false;
    action.blocked_by = objection->rule;
    action.why = objection->why;
  }
  return action;
}

}  // namespace

std::vector<AllowedAction> allowed_actions(const Definition& definition, const CaseState& state, const PersonId& person, std::string_view role, const Situation&) {
  const Viewer viewer{.definition = definition.impl(), .state = state, .recorder = Recorder{.person = person, .on_behalf_of = {}, .role = role}};
  const Place place = place_of(viewer.definition.chart, state);
  std::vector<AllowedAction> actions;
  for (const std::string& event : viewer.definition.events) {
    const auto selected = chart::select(viewer.definition.chart, place.configuration, place.history, event);
    if (!selected.empty()) actions.push_back(action_of(viewer, event, selected));
  }
  return actions;
}

}  // namespace acta
