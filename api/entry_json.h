#pragma once
// Entries and states as JSON.

#include "engine/engine.h"
#include "events/json.h"

namespace acta {

// CloudEvents 1.0.2, structured JSON: the outside form of any entry, refusals and notices included. `data` is the
// payload, which never holds personal members. Error: damaged, unavailable.
Result<Json> cloud_event(const Engine& engine, const Entry& entry, const Hash& leaf);

Json evidence_json(const std::vector<Evidence>& evidence);
Json facts_json(const std::vector<Fact>& facts);
Json effect_json(const Effect& effect);
// The boxes of an entry, opened as far as their keys still exist.
Result<Json> personal_json(const Engine& engine, const Entry& entry);
Json case_json(const Engine& engine, const CaseState& state);

}  // namespace acta
