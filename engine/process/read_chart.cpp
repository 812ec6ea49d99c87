// States and transitions: first every state gets its index, then transitions can name any of them.

#include <algorithm>

#include "engine/process/reader.h"

namespace acta {
namespace {

using chart::StateIndex;
using chart::StateKind;

constexpr std::size_t states_max = 1'000;

struct Planned {
  StateIndex index;
  const YamlNode* node;
};

class ChartReader {
 public:
  explicit ChartReader(Reading& reading) : reading_(reading), chart_(reading.definition.chart) {}

  void read(const YamlNode& file) {
    add_root(file);
    for (const Planned& planned : planned_) read_targets(planned);
    for (const Planned& planned : planned_) read_transitions(planned);
    read_opens(file);
    read_always(file);
  }

 private:
  void fault(int line, std::string what) { reading_.faults.add(line, std::move(what)); }

  void add_root(const YamlNode& file) {
    chart_.states.push_back({});
    chart_.states[chart::root].kind = StateKind::compound;
    chart_.states[chart::root].id = reading_.definition.process;
    if (const YamlNode* states = file.find("states")) {
      add_children(chart::root, *states);
    } else {
      fault(file.line, "a process needs `states`");
    }
    chart_.states[chart::root].last = static_cast<StateIndex>(chart_.states.size() - 1);
    if (const YamlNode* initial = file.find("initial")) {
      chart_.states[chart::root].initial = targets_of(*initial, "`initial`", chart::root);
    } else {
      fault(file.line, "a process needs `initial`, the state it begins in");
    }
  }

  void add_children(StateIndex parent, const YamlNode& states) {
    if (!expect_map(reading_.faults, states, "states")) return;
    for (const YamlMember& member : states.members) {
      if (chart_.states.size() < states_max) add_state(parent, member);
    }
    if (states.members.empty() || chart_.states.size() >= states_max) fault(states.line, "must hold at least one state, and a process at most 1000");
  }

  static StateKind kind_of(const YamlNode& node) {
    if (const YamlNode* history = node.find("history")) return history->text == "deep" ? StateKind::deep_history : StateKind::shallow_history;
    if (node.find("states") != nullptr) return StateKind::compound;
    if (node.find("parallel") != nullptr) return StateKind::parallel;
    return node.find("final") != nullptr ? StateKind::final : StateKind::atomic;
  }

  void add_state(StateIndex parent, const YamlMember& member) {
    const StateIndex index = static_cast<StateIndex>(chart_.states.size());
    if (!is_name(member.key)) fault(member.line, "state `" + member.key + "` must be lower-case letters, digits and _, a letter first");
    if (!chart_.by_id.emplace(member.key, index).second) fault(member.line, "state `" + member.key + "` stands twice in this file: ids are unique");
    const bool described = member.value.kind == YamlNode::Kind::map;
    if (!described) fault(member.line, "state `" + member.key + "` must be a map; write {} for one without words");
    chart_.states.push_back({.id = member.key, .kind = kind_of(member.value), .parent = parent, .last = index, .children = {}, .histories = {}, .initial = {}, .on = {}, .eventless = {}, .done = {}, .closed = false, .stage = {}, .line = member.line});
    planned_.push_back({index, &member.value});
    (chart_.is_history(index) ? chart_.states[parent].histories : chart_.states[parent].children).push_back(index);
    check_words(index, member.value);
    if (const YamlNode* states = member.value.find("states")) add_children(index, *states);
    if (const YamlNode* regions = member.value.find("parallel")) add_children(index, *regions);
    chart_.states[index].last = static_cast<StateIndex>(chart_.states.size() - 1);
  }

  void check_words(StateIndex index, const YamlNode& node) {
    switch (chart_[index].kind) {
      case StateKind::deep_history:
      case StateKind::shallow_history: return check_history(index, node);
      case StateKind::final: return check_final(index, node);
      case StateKind::compound: return expect_words(reading_.faults, node, {"initial", "states", "on", "eventless", "done", "closed"}, "a state with `states`");
      case StateKind::parallel: return expect_words(reading_.faults, node, {"parallel", "on", "eventless", "done", "closed"}, "a state with `parallel`");
      case StateKind::atomic: return expect_words(reading_.faults, node, {"on", "eventless", "closed"}, "a state without states inside (`states`, `parallel`, `history` and `final` make other kinds)");
    }
  }

  void check_history(StateIndex index, const YamlNode& node) {
    expect_words(reading_.faults, node, {"history", "default"}, "a history state");
    const std::string& kind = node.find("history")->text;
    if (kind != "shallow" && kind != "deep") fault(node.line, "`history` must be shallow or deep");
    if (chart_[index].parent == chart::root) fault(node.line, "a history state outside any other state remembers nothing: put it inside the state it returns to");
  }

  void check_final(StateIndex index, const YamlNode& node) {
    expect_words(reading_.faults, node, {"final", "closed"}, "a final state");
    read_true(reading_.faults, node.find("final"), "`final`");
    if (chart_[index].parent == chart::root) fault(node.line, "`final` ends a region: write `closed: true` for a resting end of the case");
  }

  void read_targets(const Planned& planned) {
    const auto& [index, node] = planned;
    chart::State& state = chart_.states[index];
    state.closed = read_true(reading_.faults, node->find("closed"), "`closed`");
    if (state.kind == StateKind::compound) state.initial = inner_targets(*node, "initial", index, index);
    if (chart_.is_history(index)) state.initial = inner_targets(*node, "default", index, state.parent);
    if (chart_.is_history(index)) check_default(index, *node);
  }

  void check_default(StateIndex index, const YamlNode& node) {
    const auto leads_to_history = [&](StateIndex target) { return chart_.is_history(target); };
    if (std::any_of(chart_[index].initial.begin(), chart_[index].initial.end(), leads_to_history)) fault(node.line, "`default` must name an ordinary state, no history state");
  }

  std::vector<StateIndex> inner_targets(const YamlNode& node, std::string_view word, StateIndex index, StateIndex outer) {
    if (const YamlNode* named = node.find(word)) return targets_of(*named, "`" + std::string(word) + "`", outer);
    fault(chart_[index].line, "state `" + chart_[index].id + "` needs `" + std::string(word) + "`");
    return {};
  }

  std::vector<StateIndex> targets_of(const YamlNode& node, const std::string& what, StateIndex outer) {
    std::vector<StateIndex> targets;
    for (const std::string& id : read_texts(reading_.faults, node, what)) {
      const auto found = chart_.by_id.find(id);
      if (found == chart_.by_id.end()) {
        fault(node.line, what + " names state `" + id + "`, which does not exist");
      } else if (!chart_.is_descendant(found->second, outer)) {
        fault(node.line, what + " names state `" + id + "`, which is not inside `" + chart_[outer].id + "`");
      } else {
        targets.push_back(found->second);
      }
    }
    check_together(node.line, what, targets);
    return targets;
  }

  // Two targets can be active at once only when a parallel state holds them in different regions.
  void check_together(int line, const std::string& what, const std::vector<StateIndex>& targets) {
    for (std::size_t i = 0; i < targets.size(); ++i) {
      for (std::size_t j = i + 1; j < targets.size(); ++j) {
        if (chart_[common_ancestor(targets[i], targets[j])].kind == StateKind::parallel) continue;
        fault(line, what + " names `" + chart_[targets[i]].id + "` and `" + chart_[targets[j]].id + "`, which are not in different regions of one parallel state");
      }
    }
  }

  StateIndex common_ancestor(StateIndex a, StateIndex b) const {
    while (a != b && !chart_.is_descendant(b, a)) a = chart_[a].parent;
    return a;
  }

  void read_transitions(const Planned& planned) {
    const auto& [index, node] = planned;
    if (const YamlNode* on = node->find("on"); on != nullptr && expect_map(reading_.faults, *on, "`on`")) {
      for (const YamlMember& member : on->members) read_on(index, member);
    }
    if (const YamlNode* eventless = node->find("eventless")) chart_.states[index].eventless = read_silent(index, *eventless, "`eventless`");
    if (const YamlNode* done = node->find("done")) chart_.states[index].done = read_silent(index, *done, "`done`");
  }

  // One transition, or a list of one: without `when` a second could never be taken.
  const YamlNode* only(const YamlNode& node, const std::string& what) {
    if (node.kind != YamlNode::Kind::sequence) return &node;
    if (node.items.empty()) fault(node.line, what + " is an empty list");
    if (node.items.size() > 1) fault(node.items[1].line, what + " has a second transition, which could never be taken: keep one");
    return node.items.empty() ? nullptr : &node.items.front();
  }

  void read_on(StateIndex index, const YamlMember& member) {
    const YamlNode* node = only(member.value, member.key + " in `" + chart_[index].id + "`");
    if (node == nullptr) return;
    if (const auto added = read_event_transition(index, member, *node)) chart_.states[index].on.push_back(*added);
  }

  std::optional<chart::TransitionIndex> read_event_transition(StateIndex source, const YamlMember& member, const YamlNode& node) {
    const EventType* type = read_event(reading_, member.key, member.line);
    if (!expect_map(reading_.faults, node, "the transition on " + member.key)) return std::nullopt;
    if (node.find("when") != nullptr) fault(node.find("when")->line, "`when` belongs to a later version of the language: leave it out");
    expect_words(reading_.faults, node, {"to", "internal", "set", "by", "seat", "reason", "needs", "quorum", "when"}, "a transition");
    chart::Transition transition = read_move(source, node, member.line);
    transition.event = member.key;
    if (type != nullptr) transition.rules = read_rules(reading_, node, *type);
    return add(std::move(transition));
  }

  chart::Transition read_move(StateIndex source, const YamlNode& node, int line) {
    chart::Transition transition{.source = source, .event = {}, .targets = {}, .internal = false, .rules = {}, .line = line};
    if (const YamlNode* to = node.find("to")) transition.targets = targets_of(*to, "`to`", chart::root);
    transition.internal = read_true(reading_.faults, node.find("internal"), "`internal`");
    return transition;
  }

  chart::TransitionIndex add(chart::Transition transition) {
    chart_.transitions.push_back(std::move(transition));
    return static_cast<chart::TransitionIndex>(chart_.transitions.size() - 1);
  }

  std::optional<chart::TransitionIndex> read_silent(StateIndex source, const YamlNode& given, const std::string& what) {
    const YamlNode* node = only(given, what);
    if (node == nullptr || !expect_map(reading_.faults, *node, what)) return std::nullopt;
    expect_words(reading_.faults, *node, {"to", "internal"}, "a transition without an event");
    if (node->find("to") == nullptr) fault(node->line, what + " needs `to`: it would lead nowhere");
    return add(read_move(source, *node, node->line));
  }

  void read_opens(const YamlNode& file) {
    const YamlNode* opens = file.find("opens");
    if (opens == nullptr || opens->members.empty()) return fault(opens == nullptr ? file.line : opens->line, "a process needs `opens`, the events that open a case");
    for (const YamlMember& member : opens->members) {
      const YamlNode* node = only(member.value, "`opens`");
      const auto added = node == nullptr ? std::nullopt : read_event_transition(chart::root, member, *node);
      if (added) finish_opening(*added, *node);
    }
  }

  void finish_opening(chart::TransitionIndex index, const YamlNode& node) {
    chart::Transition& transition = chart_.transitions[index];
    if (node.find("to") == nullptr) transition.targets = chart_[chart::root].initial;
    if (transition.rules.quorum || transition.rules.seat) fault(node.line, "a case that is being opened has no seats yet: `seat` and `quorum` do not belong here");
    transition.internal = true;  // stays within the process: the root is its domain
    chart_.opens.push_back(index);
  }

  void read_always(const YamlNode& file) {
    const YamlNode* always = file.find("always");
    if (always == nullptr || !expect_map(reading_.faults, *always, "`always`")) return;
    for (const YamlMember& member : always->members) {
      if (member.value.find("to") != nullptr) fault(member.line, "`always` leads nowhere: leave `to` out");
      read_on(chart::root, member);
    }
  }

  Reading& reading_;
  chart::Chart& chart_;
  std::vector<Planned> planned_;
};

}  // namespace

void read_chart(Reading& reading, const YamlNode& file) { ChartReader(reading).read(file); }

void read_stages(Reading& reading, const YamlNode& node) {
  if (!expect_map(reading.faults, node, "`stages`")) return;
  chart::Chart& chart = reading.definition.chart;
  for (const YamlMember& member : node.members) {
    const auto found = chart.by_id.find(member.key);
    const std::string stage = read_text(reading.faults, member.value, "a stage");
    if (found == chart.by_id.end() || chart.is_history(found->second)) {
      reading.faults.add(member.line, "`stages` names state `" + member.key + "`, which does not exist");
    } else {
      chart.states[found->second].stage = stage;
    }
  }
}

}  // namespace acta
