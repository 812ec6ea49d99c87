// Publishing checks that look at the chart as a whole. They follow what a transition may enter at most, so a state that
// is called reachable here might not be; one that is called unreachable never is.

#include <algorithm>
#include <set>

#include "engine/process/reader.h"

namespace acta {
namespace {

using chart::Chart;
using chart::StateIndex;
using chart::StateKind;
using chart::Transition;
using chart::TransitionIndex;
using StateSet = std::set<StateIndex>;

class Reach {
 public:
  explicit Reach(const Chart& chart) : chart_(chart) {
    entered_.reserve(chart.transitions.size());
    for (const Transition& transition : chart.transitions) entered_.push_back(may_enter(transition));
  }

  const StateSet& entered_by(TransitionIndex index) const { return entered_[index]; }

  StateSet reachable() const {
    StateSet found;
    for (const TransitionIndex index : chart_.opens) found.insert(entered_[index].begin(), entered_[index].end());
    for (std::size_t before = 0; before != found.size();) {
      before = found.size();
      for (TransitionIndex index = 0; index < entered_.size(); ++index) {
        if (found.contains(chart_.transitions[index].source)) found.insert(entered_[index].begin(), entered_[index].end());
      }
    }
    return found;
  }

  // Leaves from which a closed state may still be reached.
  StateSet with_an_end() const {
    StateSet good;
    for (StateIndex state = 1; state < chart_.states.size(); ++state) {
      if (chart_.is_leaf(state) && rests(state)) good.insert(state);
    }
    for (std::size_t before = good.size() + 1; before != good.size();) {
      before = good.size();
      for (StateIndex state = 1; state < chart_.states.size(); ++state) {
        if (chart_.is_leaf(state) && leads_to(state, good)) good.insert(state);
      }
    }
    return good;
  }

 private:
  bool rests(StateIndex state) const {
    for (; state != chart::root; state = chart_[state].parent) {
      if (chart_[state].closed) return true;
    }
    return false;
  }

  bool leads_to(StateIndex leaf, const StateSet& good) const {
    for (TransitionIndex index = 0; index < entered_.size(); ++index) {
      if (!may_be_taken(chart_.transitions[index].source, leaf)) continue;
      const auto& entered = entered_[index];
      if (std::any_of(entered.begin(), entered.end(), [&](StateIndex state) { return good.contains(state); })) return true;
    }
    return false;
  }

  // May a transition of `source` be taken while `leaf` is active: source encloses it, or stands in a parallel region.
  bool may_be_taken(StateIndex source, StateIndex leaf) const {
    if (source == chart::root) return false;
    if (source == leaf || chart_.is_descendant(leaf, source)) return true;
    StateIndex common = leaf;
    while (common != chart::root && !chart_.is_descendant(source, common)) common = chart_[common].parent;
    return chart_[common].kind == StateKind::parallel;
  }

  StateSet may_enter(const Transition& transition) const {
    StateSet found;
    for (const StateIndex target : transition.targets) enter(target, found);
    return found;
  }

  void enter(StateIndex state, StateSet& found) const {
    if (!found.insert(state).second) return;
    for (const StateIndex target : chart_[state].initial) enter(target, found);
    if (chart_[state].kind == StateKind::parallel) enter_all(chart_[state].children, found);
    if (chart_.is_history(state)) enter_remembered(state, found);
    if (chart_[state].parent != chart::root) enter_around(chart_[state].parent, found);
  }

  // What lies around an entered state is active, too: its ancestors, and the other regions of the parallel ones.
  void enter_around(StateIndex state, StateSet& found) const {
    found.insert(state);
    if (chart_[state].kind == StateKind::parallel) enter_all(chart_[state].children, found);
    if (chart_[state].parent != chart::root) enter_around(chart_[state].parent, found);
  }

  void enter_all(const std::vector<StateIndex>& states, StateSet& found) const {
    for (const StateIndex state : states) enter(state, found);
  }

  void enter_remembered(StateIndex history, StateSet& found) const {
    const StateIndex parent = chart_[history].parent;
    if (chart_[history].kind == StateKind::shallow_history) return enter_all(chart_[parent].children, found);
    for (StateIndex inner = static_cast<StateIndex>(parent + 1); inner <= chart_[parent].last; ++inner) found.insert(inner);
  }

  const Chart& chart_;
  std::vector<StateSet> entered_;
};

std::string named(const Chart& chart, StateIndex state) { return "state `" + chart[state].id + "`"; }

void check_reachable(Reading& reading, const StateSet& reachable) {
  const Chart& chart = reading.definition.chart;
  for (StateIndex state = 1; state < chart.states.size(); ++state) {
    if (!chart.is_history(state) && !reachable.contains(state)) reading.faults.add(chart[state].line, named(chart, state) + " cannot be reached: lead a transition to it or delete it");
  }
}

void check_ends(Reading& reading, const Reach& reach, const StateSet& reachable) {
  const Chart& chart = reading.definition.chart;
  const StateSet good = reach.with_an_end();
  for (const StateIndex state : reachable) {
    if (chart.is_leaf(state) && !good.contains(state)) reading.faults.add(chart[state].line, "no `closed` state can be reached from " + named(chart, state) + ": give it an exit, or `closed: true`");
  }
}

bool has_stage(const Chart& chart, StateIndex state) {
  for (; state != chart::root; state = chart[state].parent) {
    if (!chart[state].stage.empty()) return true;
  }
  return false;
}

void check_stages(Reading& reading, const StateSet& reachable) {
  const Chart& chart = reading.definition.chart;
  for (const StateIndex state : reachable) {
    if (chart.is_leaf(state) && !has_stage(chart, state)) reading.faults.add(chart[state].line, named(chart, state) + " has no stage: add it, or a state around it, to `stages`");
  }
}

// Could taking `first` make the silent transition `second` fire in the same run?
bool triggers(const Chart& chart, const StateSet& entered_by_first, TransitionIndex second) {
  const StateIndex source = chart.transitions[second].source;
  if (chart[source].eventless == second) return entered_by_first.contains(source);
  return std::any_of(entered_by_first.begin(), entered_by_first.end(), [&](StateIndex state) { return chart[state].kind == StateKind::final && chart.is_descendant(state, source); });
}

std::vector<TransitionIndex> silent_transitions(const Chart& chart) {
  std::vector<TransitionIndex> silent;
  for (const chart::State& state : chart.states) {
    if (state.eventless) silent.push_back(*state.eventless);
    if (state.done) silent.push_back(*state.done);
  }
  return silent;
}

void check_loops(Reading& reading, const Reach& reach) {
  const Chart& chart = reading.definition.chart;
  const std::vector<TransitionIndex> silent = silent_transitions(chart);
  for (const TransitionIndex start : silent) {
    std::set<TransitionIndex> following;
    std::vector<TransitionIndex> open{start};
    while (!open.empty()) {
      const TransitionIndex current = open.back();
      open.pop_back();
      for (const TransitionIndex next : silent) {
        if (triggers(chart, reach.entered_by(current), next) && following.insert(next).second) open.push_back(next);
      }
    }
    if (following.contains(start)) reading.faults.add(chart.transitions[start].line, "an eventless loop: this transition could lead back to itself without any event; break it with an event");
  }
}

bool is_weaker(const Rules& inner, const Rules& outer) {
  if (outer.by.empty()) return false;
  if (inner.by.empty()) return true;
  return std::any_of(inner.by.begin(), inner.by.end(), [&](const std::string& who) { return std::find(outer.by.begin(), outer.by.end(), who) == outer.by.end(); });
}

void check_inner_authority(Reading& reading) {
  const Chart& chart = reading.definition.chart;
  for (const auto& [event, transitions] : reading.definition.by_event) {
    for (const TransitionIndex a : transitions) {
      for (const TransitionIndex b : transitions) {
        const Transition &inner = chart.transitions[a], &outer = chart.transitions[b];
        if (!chart.is_descendant(inner.source, outer.source) || !is_weaker(inner.rules, outer.rules)) continue;
        reading.faults.add(inner.line, event + " in `" + chart[inner.source].id + "` may be recorded by someone whom `by` of the same event in `" + chart[outer.source].id + "` (line " + std::to_string(outer.line) + ") does not name");
      }
    }
  }
}

}  // namespace

void check_chart(Reading& reading) {
  const Reach reach(reading.definition.chart);
  const StateSet reachable = reach.reachable();
  check_reachable(reading, reachable);
  check_ends(reading, reach, reachable);
  check_stages(reading, reachable);
  check_loops(reading, reach);
  check_inner_authority(reading);
}

}  // namespace acta
