#pragma once
// From the reflection of one binary schema to tables and fields, checking the rules of docs/SCHEMAS.md. Internal.

#include <flatbuffers/reflection.h>

#include "events/catalogue.h"

namespace acta {

// The attributes of a table or field, by name; nothing where there is none.
template <class Described>
std::optional<std::string> attribute(const Described& described, const char* name) {
  if (described.attributes() == nullptr) return std::nullopt;
  const auto* found = described.attributes()->LookupByKey(name);
  if (found == nullptr) return std::nullopt;
  return found->value() ? found->value()->str() : std::string();
}

template <class Described>
bool has_attribute(const Described& described, const char* name) { return attribute(described, name).has_value(); }

// The `///` lines, trimmed and joined by a blank.
std::string documentation(const flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>* lines);
std::string default_label(std::string_view name);  // `received_on` -> `Received on`
std::string last_component(std::string_view dotted);

// Everything about a field but its table. Error: invalid.
Result<Field> read_field_rules(const reflection::Schema& schema, const reflection::Field& field);
// The table and, below it, its tables. Error: invalid.
Result<std::shared_ptr<const Table>> read_table(const reflection::Schema& schema, const reflection::Object& object, int depth);
// Personal fields name whom they are about. Error: invalid.
Result<void> check_personal(const Table& table);

}  // namespace acta
