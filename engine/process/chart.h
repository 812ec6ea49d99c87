#pragma once
// A compiled statechart: states and transitions by index, in document order. Knows nothing of YAML, events' fields or time.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/process/rules.h"

namespace acta::chart {

using StateIndex = std::uint16_t;       // document order; 0 is the process itself, an ancestor of every state
using TransitionIndex = std::uint16_t;  // document order; those of `always` come last

inline constexpr StateIndex root = 0;

enum class StateKind : std::uint8_t { atomic, compound, parallel, final, shallow_history, deep_history };

struct State {
  std::string id;
  StateKind kind = StateKind::atomic;
  StateIndex parent = root;
  StateIndex last = root;                // last descendant in document order; itself when there is none
  std::vector<StateIndex> children;      // without history states
  std::vector<StateIndex> histories;
  std::vector<StateIndex> initial;       // compound: what default entry leads to; history: its default
  std::vector<TransitionIndex> on;
  std::optional<TransitionIndex> eventless, done;
  bool closed = false;
  std::string stage;
  int line = 1;
};

struct Transition {
  StateIndex source = root;
  std::string event;                     // empty: eventless or done
  std::vector<StateIndex> targets;       // empty: nothing is left or entered
  bool internal = false;
  Rules rules;
  int line = 1;
};

struct Chart {
  std::vector<State> states;
  std::vector<Transition> transitions;
  std::vector<TransitionIndex> opens;    // from the root into the chart
  std::map<std::string, StateIndex, std::less<>> by_id;

  const State& operator[](StateIndex index) const { return states[index]; }
  bool is_descendant(StateIndex inner, StateIndex outer) const { return inner > outer && inner <= states[outer].last; }
  bool is_history(StateIndex index) const;
  bool is_leaf(StateIndex index) const;  // atomic or final
  bool rests(StateIndex index) const;    // is, or lies in, a closed state
};

using Configuration = std::vector<StateIndex>;  // all active states but the root, in document order
using HistoryValues = std::map<StateIndex, std::vector<StateIndex>>;

struct Run {
  Configuration configuration;
  HistoryValues history;
  std::vector<TransitionIndex> taken;    // in order, eventless and done ones included
};

// The transitions an event enables, conflicts resolved (SCXML appendix D: selectTransitions). Empty: not accepted.
std::vector<TransitionIndex> select(const Chart& chart, const Configuration& configuration, const HistoryValues& history, std::string_view event);
// Takes the selected transitions, then eventless and done ones until none is left (SCXML appendix D: microstep,
// mainEventLoop). The publishing checks promise that it ends.
Run run_to_completion(const Chart& chart, Configuration configuration, HistoryValues history, const std::vector<TransitionIndex>& selected);

}  // namespace acta::chart
