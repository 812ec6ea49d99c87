// The algorithm of W3C SCXML, appendix D, without XML and data model. Functions bear the recommendation's names.

#include <algorithm>
#include <deque>
#include <set>

#include "engine/process/chart.h"
#include "events/assert.h"

namespace acta::chart {
namespace {

using StateSet = std::set<StateIndex>;

// Each eventless or done transition runs at most once for each state that can start it, far below this.
constexpr int microsteps_max = 1'000;

struct Stepper {
  const Chart& chart;
  StateSet active;
  HistoryValues history;
  std::deque<StateIndex> done_events;
  std::vector<TransitionIndex> taken;

  bool holds(StateIndex state) const { return active.contains(state); }

  void effective_targets(const std::vector<StateIndex>& targets, StateSet& found) const {
    for (const StateIndex target : targets) {
      if (!chart.is_history(target)) {
        found.insert(target);
      } else if (const auto value = history.find(target); value != history.end()) {
        found.insert(value->second.begin(), value->second.end());
      } else {
        effective_targets(chart[target].initial, found);
      }
    }
  }

  bool all_inside(const StateSet& states, StateIndex outer) const {
    return std::all_of(states.begin(), states.end(), [&](StateIndex state) { return chart.is_descendant(state, outer); });
  }

  StateIndex least_common_compound_ancestor(StateIndex source, const StateSet& targets) const {
    StateIndex candidate = chart[source].parent;
    while (candidate != root && (chart[candidate].kind != StateKind::compound || !all_inside(targets, candidate))) candidate = chart[candidate].parent;
    return candidate;
  }

  StateIndex transition_domain(const Transition& transition) const {
    StateSet targets;
    effective_targets(transition.targets, targets);
    const bool stays_inside = chart[transition.source].kind == StateKind::compound && all_inside(targets, transition.source);
    return transition.internal && stays_inside ? transition.source : least_common_compound_ancestor(transition.source, targets);
  }

  void add_exit_set(TransitionIndex index, StateSet& leaving) const {
    const Transition& transition = chart.transitions[index];
    if (transition.targets.empty()) return;
    const StateIndex domain = transition_domain(transition);
    for (const StateIndex state : active) {
      if (chart.is_descendant(state, domain)) leaving.insert(state);
    }
  }

  bool exit_sets_meet(TransitionIndex a, TransitionIndex b) const {
    StateSet left_by_a, left_by_b;
    add_exit_set(a, left_by_a);
    add_exit_set(b, left_by_b);
    return std::any_of(left_by_a.begin(), left_by_a.end(), [&](StateIndex state) { return left_by_b.contains(state); });
  }

  // Of two transitions that leave the same state the inner one wins, else the first in document order.
  std::vector<TransitionIndex> remove_conflicting(const std::vector<TransitionIndex>& enabled) const {
    std::vector<TransitionIndex> kept;
    for (const TransitionIndex candidate : enabled) {
      std::vector<TransitionIndex> beaten;
      bool preempted = false;
      for (const TransitionIndex other : kept) {
        if (!exit_sets_meet(candidate, other)) continue;
        preempted = !chart.is_descendant(chart.transitions[candidate].source, chart.transitions[other].source);
        if (preempted) break;
        beaten.push_back(other);
      }
      if (preempted) continue;
      std::erase_if(kept, [&](TransitionIndex other) { return std::find(beaten.begin(), beaten.end(), other) != beaten.end(); });
      kept.push_back(candidate);
    }
    return kept;
  }

  // `pick` gives the transition of one state, if it has a fitting one. The root is asked last.
  template <class Pick>
  std::vector<TransitionIndex> select_with(const Pick& pick) const {
    std::vector<TransitionIndex> enabled;
    for (const StateIndex leaf : active) {
      if (!chart.is_leaf(leaf)) continue;
      std::optional<TransitionIndex> found = pick(chart[leaf]);
      for (StateIndex state = leaf; !found && state != root;) {
        state = chart[state].parent;
        found = pick(chart[state]);
      }
      if (found && std::find(enabled.begin(), enabled.end(), *found) == enabled.end()) enabled.push_back(*found);
    }
    return enabled.size() > 1 ? remove_conflicting(enabled) : enabled;
  }

  void remember_history(StateIndex leaving) {
    for (const StateIndex remembering : chart[leaving].histories) {
      std::vector<StateIndex>& value = history[remembering];
      value.clear();
      const bool deep = chart[remembering].kind == StateKind::deep_history;
      for (const StateIndex state : active) {
        const bool inside = deep ? chart.is_leaf(state) && chart.is_descendant(state, leaving) : chart[state].parent == leaving;
        if (inside) value.push_back(state);
      }
    }
  }

  void exit_states(const std::vector<TransitionIndex>& enabled) {
    StateSet leaving;
    for (const TransitionIndex index : enabled) add_exit_set(index, leaving);
    for (const StateIndex state : leaving) remember_history(state);
    for (const StateIndex state : leaving) active.erase(state);
  }

  void add_descendants(StateIndex state, StateSet& entering) const {
    if (chart.is_history(state)) {
      const auto value = history.find(state);
      add_inside(value != history.end() ? value->second : chart[state].initial, chart[state].parent, entering);
      return;
    }
    entering.insert(state);
    if (chart[state].kind == StateKind::compound) add_inside(chart[state].initial, state, entering);
    if (chart[state].kind == StateKind::parallel) add_missing_regions(state, entering);
  }

  void add_inside(const std::vector<StateIndex>& targets, StateIndex outer, StateSet& entering) const {
    for (const StateIndex target : targets) add_descendants(target, entering);
    for (const StateIndex target : targets) add_ancestors(target, outer, entering);
  }

  void add_missing_regions(StateIndex parallel, StateSet& entering) const {
    for (const StateIndex region : chart[parallel].children) {
      const bool reached = std::any_of(entering.begin(), entering.end(), [&](StateIndex state) { return chart.is_descendant(state, region); });
      if (!reached) add_descendants(region, entering);
    }
  }

  void add_ancestors(StateIndex state, StateIndex outer, StateSet& entering) const {
    for (StateIndex ancestor = chart[state].parent; ancestor != outer && ancestor != root; ancestor = chart[ancestor].parent) {
      entering.insert(ancestor);
      if (chart[ancestor].kind == StateKind::parallel) add_missing_regions(ancestor, entering);
    }
  }

  void add_entry_set(const Transition& transition, StateSet& entering) const {
    for (const StateIndex target : transition.targets) add_descendants(target, entering);
    const StateIndex domain = transition_domain(transition);
    StateSet effective;
    effective_targets(transition.targets, effective);
    for (const StateIndex target : effective) add_ancestors(target, domain, entering);
  }

  bool in_final_state(StateIndex state) const {
    const auto& children = chart[state].children;
    if (chart[state].kind == StateKind::parallel) return std::all_of(children.begin(), children.end(), [&](StateIndex region) { return in_final_state(region); });
    return std::any_of(children.begin(), children.end(), [&](StateIndex child) { return chart[child].kind == StateKind::final && holds(child); });
  }

  void enter(StateIndex state) {
    active.insert(state);
    if (chart[state].kind != StateKind::final) return;
    const StateIndex parent = chart[state].parent, grandparent = chart[parent].parent;
    done_events.push_back(parent);
    if (parent != root && chart[grandparent].kind == StateKind::parallel && in_final_state(grandparent)) done_events.push_back(grandparent);
  }

  void microstep(const std::vector<TransitionIndex>& enabled) {
    exit_states(enabled);
    StateSet entering;
    for (const TransitionIndex index : enabled) {
      if (!chart.transitions[index].targets.empty()) add_entry_set(chart.transitions[index], entering);
    }
    for (const StateIndex state : entering) enter(state);
    taken.insert(taken.end(), enabled.begin(), enabled.end());
  }

  std::vector<TransitionIndex> next_without_event() {
    std::vector<TransitionIndex> enabled = select_with([](const State& state) { return state.eventless; });
    while (enabled.empty() && !done_events.empty()) {
      const StateIndex finished = done_events.front();
      done_events.pop_front();
      if (holds(finished) && chart[finished].done) enabled.push_back(*chart[finished].done);
    }
    return enabled;
  }
};

}  // namespace

bool Chart::is_history(StateIndex index) const {
  return states[index].kind == StateKind::shallow_history || states[index].kind == StateKind::deep_history;
}

bool Chart::is_leaf(StateIndex index) const { return states[index].kind == StateKind::atomic || states[index].kind == StateKind::final; }

bool Chart::rests(StateIndex index) const {
  for (; index != root; index = states[index].parent) {
    if (states[index].closed) return true;
  }
  return false;
}

std::vector<TransitionIndex> select(const Chart& chart, const Configuration& configuration, const HistoryValues& history, std::string_view event) {
  const Stepper stepper{.chart = chart, .active = StateSet(configuration.begin(), configuration.end()), .history = history, .done_events = {}, .taken = {}};
  return stepper.select_with([&](const State& state) -> std::optional<TransitionIndex> {
    for (const TransitionIndex index : state.on) {
      if (chart.transitions[index].event == event) return index;
    }
    return std::nullopt;
  });
}

Run run_to_completion(const Chart& chart, Configuration configuration, HistoryValues history, const std::vector<TransitionIndex>& selected) {
  Stepper stepper{.chart = chart, .active = StateSet(configuration.begin(), configuration.end()), .history = std::move(history), .done_events = {}, .taken = {}};
  std::vector<TransitionIndex> enabled = selected;
  for (int steps = 0; !enabled.empty(); ++steps) {
    ACTA_ASSERT(steps < microsteps_max);
    stepper.microstep(enabled);
    enabled = stepper.next_without_event();
  }
  return Run{.configuration = Configuration(stepper.active.begin(), stepper.active.end()), .history = std::move(stepper.history), .taken = std::move(stepper.taken)};
}

}  // namespace acta::chart
