// Between the names a case state holds and the indexes the chart works with.

#include <algorithm>

#include "engine/process/attempt.h"

namespace acta {
namespace {

std::vector<chart::StateIndex> indexes_of(const chart::Chart& chart, const Value& names) {
  std::vector<chart::StateIndex> states;
  for (const Value& name : std::get<List>(names.held)) {
    const auto found = chart.by_id.find(std::get<std::string>(name.held));
    if (found != chart.by_id.end()) states.push_back(found->second);
  }
  return states;
}

}  // namespace

Place place_of(const chart::Chart& chart, const CaseState& state) {
  Place place;
  for (const std::string& id : state.configuration) {
    if (const auto found = chart.by_id.find(id); found != chart.by_id.end()) place.configuration.push_back(found->second);
  }
  std::sort(place.configuration.begin(), place.configuration.end());
  for (const auto& [name, value] : state.history) {
    if (const auto found = chart.by_id.find(name); found != chart.by_id.end()) place.history.emplace(found->second, indexes_of(chart, value));
  }
  return place;
}

std::vector<std::string> accepted_events(const Definition::Impl& definition, const Place& place) {
  std::vector<std::string> accepted;
  for (const std::string& event : definition.events) {
    if (!chart::select(definition.chart, place.configuration, place.history, event).empty()) accepted.push_back(event);
  }
  return accepted;
}

}  // namespace acta
