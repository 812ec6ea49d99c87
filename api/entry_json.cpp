#include "api/entry_json.h"

#include <nlohmann/json.hpp>

#include "events/render.h"
#include "projections/case_list.h"

namespace acta {
namespace {

Json changes_json(const std::vector<Change>& changes) {
  Json out = Json::object();
  for (const auto& change : changes) out[change.name] = change.value ? render(*change.value) : Json();
  return out;
}

Json clock_json(const CaseClock& clock) {
  Json out = {{"state", name_of(clock.state)}};
  if (clock.due_at) out["due_at"] = to_text(*clock.due_at);
  if (clock.left) out["left_micros"] = *clock.left;
  return out;
}

Json values_json(const std::map<std::string, Value>& values) {
  Json out = Json::object();
  for (const auto& [name, value] : values) out[name] = render(value);
  return out;
}

// Declared data have no slash in their names; what controls remember has.
void add_data(const CaseState& state, Json& out) {
  Json data = Json::object(), controls = Json::object();
  for (const auto& [name, value] : state.data) (name.find('/') == std::string::npos ? data : controls)[name] = render(value);
  out["data"] = std::move(data);
  out["controls"] = std::move(controls);
}

void add_clocks(const CaseState& state, Json& out) {
  out["clocks"] = Json::object();
  for (const auto& [name, clock] : state.clocks) out["clocks"][name] = clock_json(clock);
}

}  // namespace

Json evidence_json(const std::vector<Evidence>& evidence) {
  Json out = Json::array();
  for (const auto& item : evidence) {
    Json one = {{"category", item.category}, {"held", item.held}};
    if (item.digest) one["digest"] = to_text(*item.digest);
    if (item.size) one["size"] = *item.size;
    if (!item.media_type.empty()) one["media_type"] = item.media_type;
    out.push_back(std::move(one));
  }
  return out;
}

Json facts_json(const std::vector<Fact>& facts) {
  Json out = Json::array();
  for (const auto& fact : facts) {
    Json one = {{"name", fact.name}, {"value", render(fact.value)}};
    if (fact.position) one["position"] = fact.position->value;
    out.push_back(std::move(one));
  }
  return out;
}

Json effect_json(const Effect& effect) {
  Json out = {{"transitions", effect.transitions}, {"configuration", effect.configuration}, {"passed", effect.passed},
              {"data", changes_json(effect.data)}, {"history", changes_json(effect.history)}};
  if (effect.state) out["state_digest"] = to_text(*effect.state);
  return out;
}

Json case_json(const Engine& engine, const CaseState& state) {
  Json out = {{"id", to_text(state.id)}, {"reference", state.reference}, {"process", state.process}, {"title", title_of(state)}};
  const auto definition = engine.definition(state.definition);
  out["state"] = definition ? definition->stage_of(state.configuration) : std::string();
  out["closed"] = definition && definition->closed(state.configuration);
  out["revision"] = state.revision;
  out["configuration"] = state.configuration;
  out["history"] = values_json(state.history);
  add_data(state, out);
  add_clocks(state, out);
  out["definition"] = to_text(state.definition);
  if (state.parent) out["parent"] = to_text(*state.parent);
  out["position"] = state.changed_by.value;
  out["opened_at"] = to_text(state.opened_at);
  out["changed_at"] = to_text(state.changed_at);
  out["effective_at"] = to_text(state.effective_at);
  out["state_digest"] = to_text(state_digest(state));
  return out;
}

}  // namespace acta
