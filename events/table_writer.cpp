#include "events/table_writer.h"

#include <flatbuffers/reflection.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "events/assert.h"
#include "events/render.h"
#include "events/stored_type.h"
#include "events/time.h"
#include "schemas/facility/common_generated.h"

namespace acta {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
using flatbuffers::String;
using flatbuffers::uoffset_t;

// A member whose content is already in the buffer, to be put into its table by offset.
struct Placed {
  const Field* field = nullptr;
  uoffset_t offset = 0;
};

template <std::size_t size>
std::array<std::uint8_t, size> fixed(const Bytes& bytes) {
  std::array<std::uint8_t, size> out{};
  ACTA_ASSERT(bytes.size() == size);
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

const std::string& text_of(const Json& value) { return value.get_ref<const std::string&>(); }

common::PersonId person_of(const Json& value) {
  const auto id = parse_uuid(text_of(value));
  ACTA_ASSERT(id);
  return common::PersonId(flatbuffers::span<const std::uint8_t, 16>(id->data(), id->size()));
}

common::Digest digest_of(const Json& value) {
  const auto bytes = from_hex(text_of(value));
  ACTA_ASSERT(bytes);
  const auto held = fixed<32>(*bytes);
  return common::Digest(flatbuffers::span<const std::uint8_t, 32>(held.data(), held.size()));
}

common::Date date_of_json(const Json& value) {
  const auto date = parse_date(text_of(value));
  ACTA_ASSERT(date);
  return common::Date(date->year, date->month, date->day);
}

Offset<common::Money> put_money(FlatBufferBuilder& builder, const Json& value) {
  const auto money = parse_amount(text_of(value["amount"]), text_of(value["currency"]));
  ACTA_ASSERT(money);
  return common::CreateMoneyDirect(builder, money->minor, money->currency.c_str());
}

class Writer {
 public:
  explicit Writer(FlatBufferBuilder& builder) : builder_(builder) {}

  // Children first: FlatBuffers builds from the leaves to the root.
  Offset<flatbuffers::Table> table(const Table& table, const Json& data, const std::function<bool(const Field&)>& wanted) {
    std::vector<const Field*> present;
    for (const Field& field : table.fields)
      if (data.contains(field.name) && wanted(field)) present.push_back(&field);
    std::vector<Placed> placed;
    for (const Field* field : present)
      if (goes_by_offset(*field)) placed.push_back({field, content(table, *field, data[field->name])});
    const uoffset_t start = builder_.StartTable();
    for (const Field* field : present)
      if (!goes_by_offset(*field)) put_inline(table, *field, data[field->name]);
    for (const Placed& member : placed) builder_.AddOffset(offset_in_table(*member.field), Offset<void>(member.offset));
    return Offset<flatbuffers::Table>(builder_.EndTable(start));
  }

 private:
  static bool goes_by_offset(const Field& field) {
    const bool by_kind = field.kind == FieldKind::text || field.kind == FieldKind::bytes || field.kind == FieldKind::table || field.kind == FieldKind::money;
    return field.list || by_kind;
  }

  Offset<flatbuffers::Table> inner(const Field& field, const Json& value) {
    return table(*field.table, value, [](const Field&) { return true; });
  }

  uoffset_t content(const Table& table, const Field& field, const Json& value) {
    if (field.list) return list(table, field, value);
    if (field.kind == FieldKind::text) return builder_.CreateString(text_of(value)).o;
    if (field.kind == FieldKind::money) return put_money(builder_, value).o;
    if (field.kind == FieldKind::table) return inner(field, value).o;
    const auto bytes = from_base64(text_of(value));
    ACTA_ASSERT(bytes);
    return builder_.CreateVector(*bytes).o;
  }

  uoffset_t list(const Table& table, const Field& field, const Json& values) {
    switch (field.kind) {
      case FieldKind::text: return offsets<String>(values, [&](const Json& value) { return builder_.CreateString(text_of(value)); });
      case FieldKind::table: return offsets<flatbuffers::Table>(values, [&](const Json& value) { return inner(field, value); });
      case FieldKind::money: return offsets<common::Money>(values, [&](const Json& value) { return put_money(builder_, value); });
      case FieldKind::person: return structs<common::PersonId>(values, person_of);
      case FieldKind::date: return structs<common::Date>(values, date_of_json);
      case FieldKind::digest: return structs<common::Digest>(values, digest_of);
      case FieldKind::number:
      case FieldKind::flag:
      case FieldKind::enumeration: return scalars(table, field, values);
      case FieldKind::bytes: break;
    }
    ACTA_ASSERT(!"a list of bytes has no form");
    return 0;
  }

  template <class Held, class Make>
  uoffset_t offsets(const Json& values, Make make) {
    std::vector<Offset<Held>> made;
    for (const Json& value : values) made.push_back(make(value));
    return builder_.CreateVector(made).o;
  }

  template <class Struct>
  uoffset_t structs(const Json& values, Struct (*make)(const Json&)) {
    std::vector<Struct> made;
    for (const Json& value : values) made.push_back(make(value));
    return builder_.CreateVectorOfStructs(made).o;
  }

  uoffset_t scalars(const Table& table, const Field& field, const Json& values) {
    const StoredType type = stored_type(table, field);
    return with_scalar(type.element, [&]<class Scalar>(Scalar) {
      std::vector<Scalar> made;
      for (const Json& value : values) made.push_back(static_cast<Scalar>(scalar_of(type, field, value)));
      return builder_.CreateVector(made).o;
    });
  }

  void put_inline(const Table& table, const Field& field, const Json& value) {
    const auto at = offset_in_table(field);
    if (field.kind == FieldKind::person) return put_struct(at, person_of(value));
    if (field.kind == FieldKind::digest) return put_struct(at, digest_of(value));
    if (field.kind == FieldKind::date) return put_struct(at, date_of_json(value));
    const StoredType type = stored_type(table, field);
    with_scalar(type.element, [&]<class Scalar>(Scalar) { builder_.AddElement(at, static_cast<Scalar>(scalar_of(type, field, value))); });
  }

  template <class Struct>
  void put_struct(flatbuffers::voffset_t at, const Struct& held) { builder_.AddStruct(at, &held); }

  static std::int64_t scalar_of(const StoredType& type, const Field& field, const Json& value) {
    if (field.kind == FieldKind::flag) return value.get<bool>() ? 1 : 0;
    if (field.kind == FieldKind::number) return value.get<std::int64_t>();
    return number_of(type, text_of(value));
  }

  FlatBufferBuilder& builder_;
};

}  // namespace

Bytes write_table(const Table& table, const Json& data, const std::function<bool(const Field&)>& wanted) {
  FlatBufferBuilder builder;
  builder.Finish(Writer(builder).table(table, data, wanted));
  return Bytes(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
}

}  // namespace acta
