#pragma once
// Reading the fields of a FlatBuffer that C++ has no accessors for. Internal to events/.

#include <flatbuffers/flatbuffers.h>

#include "events/catalogue.h"
#include "events/envelope.h"

namespace acta {

// The tables a field of kind table holds: one, those of a list, or none.
std::vector<const flatbuffers::Table*> tables_in(const Field& field, const flatbuffers::Table& held);
// The field as a Value, a list as a List; nothing when it is absent. Dates, digests and enumeration values are text, bytes
// base64. Not for kind table.
std::optional<Value> read_field(const Table& table, const Field& field, const flatbuffers::Table& held);

}  // namespace acta
