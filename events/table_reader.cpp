#include "events/table_reader.h"

#include "events/stored_type.h"
#include "events/value.h"
#include "schemas/facility/common_generated.h"

namespace acta {
namespace {

using flatbuffers::Offset;
using flatbuffers::String;
using flatbuffers::Vector;

template <class Held>
const Held* pointer_at(const flatbuffers::Table& held, const Field& field) { return held.GetPointer<const Held*>(offset_in_table(field)); }

Value value_of(const String* held) { return text(held->str()); }
Value value_of(const common::PersonId* held) {
  PersonId person;
  std::copy_n(held->bytes()->data(), person.bytes.size(), person.bytes.begin());
  return id(person);
}
Value value_of(const common::Digest* held) { return text(to_hex(ByteView(held->bytes()->data(), held->bytes()->size()))); }
Value value_of(const common::Date* held) { return text(to_text(Date{held->year(), held->month(), held->day()})); }
Value value_of(const common::Money* held) {
  return Value{Money{held->minor().value_or(0), held->currency() ? held->currency()->str() : std::string()}};
}
Value value_of(const Vector<std::uint8_t>* held) { return text(to_base64(ByteView(held->data(), held->size()))); }

Value scalar_value(const StoredType& type, const Field& field, std::int64_t held) {
  if (field.kind == FieldKind::flag) return flag(held != 0);
  if (field.kind == FieldKind::enumeration) return text(name_of(type, held));
  return number(held);
}

template <class Held>
std::optional<Value> by_offset(const Field& field, const flatbuffers::Table& held) {
  const auto* found = pointer_at<Held>(held, field);
  return found == nullptr ? std::nullopt : std::optional(value_of(found));
}

template <class Struct>
std::optional<Value> in_place(const Field& field, const flatbuffers::Table& held) {
  const auto* found = held.GetStruct<const Struct*>(offset_in_table(field));
  return found == nullptr ? std::nullopt : std::optional(value_of(found));
}

std::optional<Value> scalar(const Table& table, const Field& field, const flatbuffers::Table& held) {
  if (!held.CheckField(offset_in_table(field))) return std::nullopt;
  const StoredType type = stored_type(table, field);
  return with_scalar(type.element, [&]<class Scalar>(Scalar zero) { return scalar_value(type, field, static_cast<std::int64_t>(held.GetField<Scalar>(offset_in_table(field), zero))); });
}

template <class Item>
std::optional<Value> list_of(const Field& field, const flatbuffers::Table& held) {
  const auto* found = pointer_at<Vector<Item>>(held, field);
  if (found == nullptr) return std::nullopt;
  List items;
  for (const auto* item : *found) items.push_back(value_of(item));
  return list(std::move(items));
}

std::optional<Value> list_of_scalars(const Table& table, const Field& field, const flatbuffers::Table& held) {
  const StoredType type = stored_type(table, field);
  return with_scalar(type.element, [&]<class Scalar>(Scalar) -> std::optional<Value> {
    const auto* found = pointer_at<Vector<Scalar>>(held, field);
    if (found == nullptr) return std::nullopt;
    List items;
    for (const Scalar item : *found) items.push_back(scalar_value(type, field, static_cast<std::int64_t>(item)));
    return list(std::move(items));
  });
}

std::optional<Value> read_list(const Table& table, const Field& field, const flatbuffers::Table& held) {
  switch (field.kind) {
    case FieldKind::text: return list_of<Offset<String>>(field, held);
    case FieldKind::person: return list_of<const common::PersonId*>(field, held);
    case FieldKind::digest: return list_of<const common::Digest*>(field, held);
    case FieldKind::date: return list_of<const common::Date*>(field, held);
    case FieldKind::money: return list_of<Offset<common::Money>>(field, held);
    default: return list_of_scalars(table, field, held);
  }
}

}  // namespace

std::vector<const flatbuffers::Table*> tables_in(const Field& field, const flatbuffers::Table& held) {
  std::vector<const flatbuffers::Table*> tables;
  if (!field.list) {
    if (const auto* one = pointer_at<flatbuffers::Table>(held, field)) tables.push_back(one);
    return tables;
  }
  if (const auto* found = pointer_at<Vector<Offset<flatbuffers::Table>>>(held, field)) tables.assign(found->begin(), found->end());
  return tables;
}

std::optional<Value> read_field(const Table& table, const Field& field, const flatbuffers::Table& held) {
  ACTA_ASSERT(field.kind != FieldKind::table);
  if (field.list) return read_list(table, field, held);
  switch (field.kind) {
    case FieldKind::text: return by_offset<String>(field, held);
    case FieldKind::person: return in_place<common::PersonId>(field, held);
    case FieldKind::digest: return in_place<common::Digest>(field, held);
    case FieldKind::date: return in_place<common::Date>(field, held);
    case FieldKind::money: return by_offset<common::Money>(field, held);
    case FieldKind::bytes: return by_offset<Vector<std::uint8_t>>(field, held);
    default: return scalar(table, field, held);
  }
}

}  // namespace acta
