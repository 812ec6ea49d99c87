#pragma once
// JSON Schema (2020-12) of an event type's data, from the catalogue: forms, /v1/schemas and the contract's components.

#include "events/catalogue.h"
#include "events/json.h"

namespace acta {

// input: with the personal members, as a request may hold them; reading: as everybody may read them.
enum class SchemaFor : std::uint8_t { input, reading };
// No more and no less than check() in events/draft.h accepts, but for what a schema cannot say (calendar, currencies).
Json schema_of(const EventType& type, SchemaFor purpose);

}  // namespace acta
