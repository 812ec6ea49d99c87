#include "engine/process/definition.h"

#include <algorithm>

#include "engine/process/reader.h"
#include "events/sha256.h"

namespace acta {
namespace {

using chart::StateIndex;
using chart::TransitionIndex;

void index_events(Definition::Impl& definition) {
  const auto& [states, transitions, opens, by_id] = definition.chart;
  for (TransitionIndex index = 0; index < transitions.size(); ++index) {
    const bool opening = std::find(opens.begin(), opens.end(), index) != opens.end();
    if (opening || transitions[index].event.empty()) continue;
    const auto [known, added] = definition.by_event.try_emplace(transitions[index].event);
    known->second.push_back(index);
    if (added) definition.events.push_back(transitions[index].event);
  }
}

// What the process never hears of cannot be compared, counted or seated.
void expect_accepted(Reading& reading, int line, const std::string& event) {
  const auto& [states, transitions, opens, by_id] = reading.definition.chart;
  const bool accepted = std::any_of(transitions.begin(), transitions.end(), [&](const chart::Transition& transition) { return transition.event == event; });
  if (!accepted && reading.catalogue.find(event) != nullptr) reading.faults.add(line, event + " is accepted in no state of this process");
}

void check_mentioned_events(Reading& reading, const YamlNode& file) {
  if (const YamlNode* distinct = file.find("distinct_persons")) {
    for (const DistinctSet& set : reading.definition.distinct) {
      for (const PersonGroup& group : set.groups) {
        for (const std::string& event : group.events) expect_accepted(reading, distinct->line, event);
      }
    }
  }
  if (const YamlNode* seats = file.find("seats")) {
    for (const SeatList& list : reading.definition.seats) expect_accepted(reading, seats->line, list.from);
  }
  for (const chart::Transition& transition : reading.definition.chart.transitions) {
    if (transition.rules.quorum) expect_accepted(reading, transition.line, transition.rules.quorum->opinions);
  }
}

void read_file(Reading& reading, const YamlNode& file) {
  if (!expect_map(reading.faults, file, "a process")) return;
  expect_words(reading.faults, file, {"acta", "process", "title", "reference", "roles", "data", "opens", "always", "distinct_persons", "seats", "stages", "initial", "states"}, "a process");
  read_heading(reading, file);
  if (const YamlNode* seats = file.find("seats")) read_seats(reading, *seats);
  if (const YamlNode* distinct = file.find("distinct_persons")) read_distinct_persons(reading, *distinct);
  read_chart(reading, file);
  if (const YamlNode* stages = file.find("stages")) {
    read_stages(reading, *stages);
  } else {
    reading.faults.add(file.line, "a process needs `stages`, the words lists show");
  }
  index_events(reading.definition);
  check_mentioned_events(reading, file);
  // A chart with holes would only repeat its faults in other words.
  if (reading.faults.none()) check_chart(reading);
}

std::vector<StateIndex> indexes_of(const chart::Chart& chart, const std::vector<std::string>& configuration) {
  std::vector<StateIndex> active;
  for (const std::string& id : configuration) {
    if (const auto found = chart.by_id.find(id); found != chart.by_id.end()) active.push_back(found->second);
  }
  std::sort(active.begin(), active.end());
  return active;
}

}  // namespace

Definition::Definition(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Definition::~Definition() = default;

Result<std::shared_ptr<const Definition>> Definition::parse(ByteView yaml, std::string_view name, const Catalogue& catalogue) {
  Faults faults(name);
  const std::optional<YamlNode> file = read_yaml(yaml, faults);
  auto impl = std::make_unique<Impl>();
  impl->name = name;
  impl->hash = sha256(yaml);
  Reading reading{.definition = *impl, .catalogue = catalogue, .faults = faults};
  if (file && faults.none()) read_file(reading, *file);
  if (!faults.none()) return faults.as_error();
  return std::shared_ptr<const Definition>(new Definition(std::move(impl)));
}

const std::string& Definition::process() const { return impl_->process; }
const std::string& Definition::title() const { return impl_->title; }
const Hash& Definition::hash() const { return impl_->hash; }
std::vector<std::string> Definition::roles() const { return impl_->roles; }

bool Definition::opens_with(std::string_view type) const {
  const chart::Chart& chart = impl_->chart;
  return std::any_of(chart.opens.begin(), chart.opens.end(), [&](TransitionIndex index) { return chart.transitions[index].event == type; });
}

bool Definition::knows_role(std::string_view role) const { return std::find(impl_->roles.begin(), impl_->roles.end(), role) != impl_->roles.end(); }

std::vector<std::string> Definition::stages() const {
  std::vector<std::string> stages;
  for (const chart::State& state : impl_->chart.states) {
    if (!state.stage.empty() && std::find(stages.begin(), stages.end(), state.stage) == stages.end()) stages.push_back(state.stage);
  }
  return stages;
}

std::string Definition::stage_of(const std::vector<std::string>& configuration) const {
  for (const StateIndex state : indexes_of(impl_->chart, configuration)) {
    if (!impl_->chart[state].stage.empty()) return impl_->chart[state].stage;
  }
  return {};
}

bool Definition::closed(const std::vector<std::string>& configuration) const {
  const chart::Chart& chart = impl_->chart;
  const std::vector<StateIndex> active = indexes_of(chart, configuration);
  return !active.empty() && std::all_of(active.begin(), active.end(), [&](StateIndex state) { return !chart.is_leaf(state) || chart.rests(state); });
}

const SeatList* Definition::Impl::find_seats(std::string_view name_of_list) const {
  const auto found = std::find_if(seats.begin(), seats.end(), [&](const SeatList& list) { return list.name == name_of_list; });
  return found == seats.end() ? nullptr : &*found;
}

Result<void> check_together(const std::vector<std::shared_ptr<const Definition>>& definitions) {
  std::map<std::string, std::string> processes, openers;
  std::vector<FieldError> clashes;
  const auto claim = [&](std::map<std::string, std::string>& owners, const std::string& key, const Definition& by, int line) {
    const auto [owner, added] = owners.emplace(key, by.process());
    if (!added) clashes.push_back({by.impl().name + ":" + std::to_string(line), "`" + key + "` is already taken by process " + owner->second});
  };
  for (const auto& definition : definitions) {
    const chart::Chart& chart = definition->impl().chart;
    claim(processes, definition->process(), *definition, 1);
    for (const TransitionIndex index : chart.opens) claim(openers, chart.transitions[index].event, *definition, chart.transitions[index].line);
  }
  if (clashes.empty()) return {};
  Error failure = error(Code::invalid, "definitions that do not go together: " + clashes.front().pointer + ": " + clashes.front().detail);
  failure.fields = std::move(clashes);
  return failure;
}

}  // namespace acta
