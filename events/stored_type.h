#pragma once
// How a field lies in a FlatBuffer, from the reflection of its schema. Internal to events/.

#include <flatbuffers/reflection.h>

#include "events/assert.h"
#include "events/catalogue.h"

namespace acta {

struct StoredType {
  reflection::BaseType element = reflection::None;  // of a list: its items
  const reflection::Enum* names = nullptr;          // enumeration
};

inline StoredType stored_type(const Table& table, const Field& field) {
  const auto* stored = table.object->fields()->LookupByKey(field.name.c_str());
  ACTA_ASSERT(stored != nullptr);
  const reflection::Type& type = *stored->type();
  StoredType out{.element = field.list ? type.element() : type.base_type()};
  if (field.kind == FieldKind::enumeration) out.names = table.schema->enums()->Get(static_cast<flatbuffers::uoffset_t>(type.index()));
  return out;
}

inline flatbuffers::voffset_t offset_in_table(const Field& field) { return flatbuffers::FieldIndexToOffset(field.id); }

// The name of an enumeration's value; empty for one this schema does not have.
inline std::string name_of(const StoredType& type, std::int64_t number) {
  const auto* value = type.names->values()->LookupByKey(number);
  return value == nullptr ? std::string() : value->name()->str();
}

inline std::int64_t number_of(const StoredType& type, std::string_view name) {
  for (const auto* value : *type.names->values())
    if (value->name()->string_view() == name) return value->value();
  ACTA_ASSERT(!"a name that check() let pass");
  return 0;
}

// Calls `use` with a zero of the C++ type that holds this scalar.
template <class Use>
auto with_scalar(reflection::BaseType type, Use use) {
  switch (type) {
    case reflection::Byte: return use(std::int8_t{0});
    case reflection::Short: return use(std::int16_t{0});
    case reflection::UShort: return use(std::uint16_t{0});
    case reflection::Int: return use(std::int32_t{0});
    case reflection::UInt: return use(std::uint32_t{0});
    case reflection::Long: return use(std::int64_t{0});
    case reflection::ULong: return use(std::uint64_t{0});
    default: break;
  }
  ACTA_ASSERT(type == reflection::UByte || type == reflection::Bool);
  return use(std::uint8_t{0});
}

}  // namespace acta
