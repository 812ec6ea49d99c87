#include "engine/process/next_steps.h"

#include <algorithm>

#include "engine/process/attempt.h"

namespace acta {
namespace {

using chart::StateIndex;
using chart::Transition;
using chart::TransitionIndex;

constexpr std::string_view case_prefix = "case.";

bool among(const std::vector<std::string>& names, std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); }

StateIndex stage_state(const chart::Chart& chart, const chart::Configuration& configuration) {
  const auto found = std::find_if(configuration.begin(), configuration.end(), [&](StateIndex state) { return !chart[state].stage.empty(); });
  return found == configuration.end() ? chart::root : *found;
}

struct Scene {
  const Definition::Impl& definition;
  const CaseState& state;
  Place place;
  StateIndex stage;

  const Transition& transition(TransitionIndex index) const { return definition.chart.transitions[index]; }
  bool is_step(TransitionIndex index) const {
    const Transition& candidate = transition(index);
    const bool around = candidate.source == chart::root || definition.chart.is_descendant(stage, candidate.source);
    return !around && (!candidate.targets.empty() || candidate.rules.seat || !candidate.rules.set.empty());
  }
  // A decision that a quorum waits for is never merely a way out.
  bool is_way_out(TransitionIndex index) const {
    const auto& [source, event, targets, internal, rules, line] = transition(index);
    return !rules.quorum && !targets.empty() && std::all_of(targets.begin(), targets.end(), [&](StateIndex target) { return definition.chart.rests(target); });
  }
};

std::vector<std::string> events_inside(const Scene& scene) {
  std::vector<std::string> events;
  for (const StateIndex state : scene.place.configuration) {
    for (const TransitionIndex index : scene.definition.chart[state].on) {
      const std::string& event = scene.transition(index).event;
      if (scene.is_step(index) && !among(events, event)) events.push_back(event);
    }
  }
  return events;
}

std::optional<PersonId> person_in(const Data& data, std::string_view field) {
  const auto found = data.find(std::string(field));
  const AnyId* id = found == data.end() ? nullptr : std::get_if<AnyId>(&found->second.held);
  return id == nullptr ? std::nullopt : std::optional(id_cast<PersonId>(*id));
}

// The case data that the decision will set from what it is about: what is being decided now.
std::optional<Value> matter_of(const Transition& deciding, const Data& data) {
  for (const Setting& setting : deciding.rules.set) {
    if (setting.path != deciding.rules.quorum->about) continue;
    if (const auto found = data.find(setting.field); found != data.end()) return found->second;
  }
  return std::nullopt;
}

std::vector<Seat> seats_in(const Data& data, std::string_view list) {
  std::vector<Seat> seats;
  const List* pairs = find_list(data, seats_name(list));
  for (const Value& item : pairs == nullptr ? List{} : *pairs) {
    const List* pair = std::get_if<List>(&item.held);
    const std::string* body = pair == nullptr || pair->empty() ? nullptr : std::get_if<std::string>(&pair->front().held);
    const AnyId* person = pair == nullptr ? nullptr : find_id(*pair, 1);
    if (body != nullptr && person != nullptr) seats.push_back({*body, id_cast<PersonId>(*person)});
  }
  return seats;
}

std::vector<Seat> silent_seats(const Transition& deciding, const Data& data) {
  const Quorum& quorum = *deciding.rules.quorum;
  const auto opinions = opinions_of(quorum, data);
  const auto matter = matter_of(deciding, data);
  std::vector<Seat> seats = seats_in(data, quorum.seats);
  std::erase_if(seats, [&](const Seat& seat) {
    return std::any_of(opinions.begin(), opinions.end(), [&](const CountedOpinion& opinion) { return opinion.body == seat.body && (!matter || opinion.about == *matter); });
  });
  return seats;
}

// The decision that counts an opinion, of all the process has.
const Transition* deciding_by(const Definition::Impl& definition, std::string_view opinions, std::string_view seats) {
  const auto& all = definition.chart.transitions;
  const auto found = std::find_if(all.begin(), all.end(), [&](const Transition& candidate) {
    const auto& quorum = candidate.rules.quorum;
    return quorum && quorum->opinions == opinions && quorum->seats == seats;
  });
  return found == all.end() ? nullptr : &*found;
}

void tell_seats(const Scene& scene, TransitionIndex index, NextStep& step) {
  const Transition& transition = scene.transition(index);
  const Data& data = scene.state.data;
  if (const auto& quorum = transition.rules.quorum) {
    step.seats = quorum->seats;
    step.silent = silent_seats(transition, data);
    const auto objection = quorum_objection(*quorum, opinions_of(*quorum, data), matter_of(transition, data));
    if (objection) step.held_up = objection->why;
  } else if (const auto& seat = transition.rules.seat) {
    step.seats = seat->of;
    step.opinion = true;
    const Transition* deciding = deciding_by(scene.definition, step.event, seat->of);
    step.silent = deciding == nullptr ? seats_in(data, seat->of) : silent_seats(*deciding, data);
  }
}

void split_roles(const Scene& scene, const std::vector<std::string>& by, NextStep& step) {
  for (const std::string& who : by) {
    if (!who.starts_with(case_prefix)) {
      step.roles.push_back(who);
    } else if (const auto person = person_in(scene.state.data, std::string_view(who).substr(case_prefix.size()))) {
      step.persons.push_back(*person);
    }
  }
}

NextStep step_of(const Scene& scene, const std::string& event, const std::vector<TransitionIndex>& selected) {
  AllowedAction action = accepted_action(scene.definition, event, selected);
  NextStep step;
  step.event = event;
  step.needs = std::move(action.needs);
  step.reasons = std::move(action.reasons);
  split_roles(scene, action.roles, step);
  step.ends = std::all_of(selected.begin(), selected.end(), [&](TransitionIndex index) { return scene.is_way_out(index); });
  for (const TransitionIndex index : selected) tell_seats(scene, index, step);
  return step;
}

// An end is one way out among others only while something else leads on.
void weigh(std::vector<NextStep>& steps) {
  const bool only_ends = std::all_of(steps.begin(), steps.end(), [](const NextStep& step) { return step.ends; });
  const auto speaking = [&](const NextStep& decision) {
    return std::any_of(steps.begin(), steps.end(), [&](const NextStep& step) { return step.opinion && step.seats == decision.seats && !step.silent.empty(); });
  };
  for (NextStep& step : steps) {
    if (only_ends) step.ends = false;
    const bool all_spoken = step.opinion && step.silent.empty();
    step.calls = !step.ends && !all_spoken && (step.held_up.empty() || !speaking(step));
  }
}

bool represents_silent(const NextStep& step, const PersonId& person) {
  return std::any_of(step.silent.begin(), step.silent.end(), [&](const Seat& seat) { return seat.person == person; });
}

void add_persons(const Value& value, std::vector<PersonId>& persons) {
  if (const AnyId* id = std::get_if<AnyId>(&value.held)) {
    if (std::find(persons.begin(), persons.end(), id_cast<PersonId>(*id)) == persons.end()) persons.push_back(id_cast<PersonId>(*id));
  }
}

// Everybody a rule about this case could speak of.
std::vector<PersonId> persons_of(const Definition::Impl& definition, const Data& data) {
  std::vector<PersonId> persons;
  for (const DistinctSet& set : definition.distinct) {
    for (const PersonGroup& group : set.groups) {
      const List* known = find_list(data, persons_name(set.name, group.name));
      for (const Value& item : known == nullptr ? List{} : *known) {
        const List* pair = std::get_if<List>(&item.held);
        if (pair != nullptr && !pair->empty()) add_persons(pair->front(), persons);
      }
    }
    if (const auto never = set.never ? data.find(set.never->field) : data.end(); never != data.end()) add_persons(never->second, persons);
  }
  return persons;
}

std::optional<Objection> objection_to(const Definition& definition, const CaseState& state, std::string_view event, const PersonId& person) {
  return distinct_persons_objection(definition.impl(), event, Recorder{.person = person, .on_behalf_of = {}, .role = {}}, state.data);
}

}  // namespace

std::vector<NextStep> next_steps(const Definition& definition, const CaseState& state) {
  if (definition.closed(state.configuration)) return {};
  const chart::Chart& chart = definition.impl().chart;
  Place place = place_of(chart, state);
  const StateIndex stage = stage_state(chart, place.configuration);
  const Scene scene{.definition = definition.impl(), .state = state, .place = std::move(place), .stage = stage};
  std::vector<NextStep> steps;
  for (const std::string& event : events_inside(scene)) {
    const auto selected = chart::select(chart, scene.place.configuration, scene.place.history, event);
    const bool leads = std::any_of(selected.begin(), selected.end(), [&](TransitionIndex index) { return scene.is_step(index); });
    if (leads) steps.push_back(step_of(scene, event, selected));
  }
  weigh(steps);
  return steps;
}

bool begins_anew(const Definition& definition, const NextStep& step, std::string_view event) {
  const SeatList* seats = definition.impl().find_seats(step.seats);
  return step.opinion && seats != nullptr && seats->from == event;
}

std::vector<Barred> barred_from(const Definition& definition, const CaseState& state, std::string_view event) {
  std::vector<Barred> barred;
  for (const PersonId& person : persons_of(definition.impl(), state.data)) {
    if (auto objection = objection_to(definition, state, event, person)) barred.push_back({person, std::move(objection->rule)});
  }
  return barred;
}

bool may_take(const Definition& definition, const CaseState& state, const NextStep& step, const Worker& worker) {
  const auto& [role, person] = worker;
  const bool named = person && std::find(step.persons.begin(), step.persons.end(), *person) != step.persons.end();
  const bool by_role = role ? among(step.roles, *role) : !step.roles.empty() || !person;
  if (!named && !by_role) return false;
  if (!person) return true;
  if (step.opinion && !represents_silent(step, *person)) return false;
  return !objection_to(definition, state, step.event, *person);
}

}  // namespace acta
