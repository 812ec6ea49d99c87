#pragma once
// JSON Schema (2020-12) of an event type's data, from the catalogue of the ledger that is being served.

#include "events/catalogue.h"
#include "events/json.h"

namespace acta {

enum class FormFor : std::uint8_t { input, reading };  // input: with the personal members, as a request may hold them
Json form_of(const EventType& type, FormFor purpose);

}  // namespace acta
