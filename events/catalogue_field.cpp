#include <array>
#include <cctype>
#include <charconv>
#include <limits>

#include "events/catalogue_reader.h"
#include "events/pattern.h"

namespace acta {
namespace {

constexpr std::uint32_t characters_max_default = 500;
constexpr std::uint32_t items_max_default = 100;
constexpr std::uint32_t bytes_max_default = 49'152;
constexpr std::string_view blanks = " \t\r\n";

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(blanks) - first + 1));
}

struct Range {
  reflection::BaseType type;
  std::int64_t min, max;
};
template <class T>
constexpr Range range_of(reflection::BaseType type) { return {type, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()}; }
constexpr std::array<Range, 8> ranges = {
    range_of<std::int8_t>(reflection::Byte),   range_of<std::uint8_t>(reflection::UByte), range_of<std::int16_t>(reflection::Short),
    range_of<std::uint16_t>(reflection::UShort), range_of<std::int32_t>(reflection::Int),  range_of<std::uint32_t>(reflection::UInt),
    range_of<std::int64_t>(reflection::Long),
    // JSON numbers are read as signed: what exceeds them has no place in an event.
    Range{reflection::ULong, 0, std::numeric_limits<std::int64_t>::max()}};

Result<FieldKind> kind_of_object(const reflection::Object& object) {
  const std::string_view name = object.name()->string_view();
  if (name == "acta.common.PersonId") return FieldKind::person;
  if (name == "acta.common.Date") return FieldKind::date;
  if (name == "acta.common.Digest") return FieldKind::digest;
  if (name == "acta.common.Money") return FieldKind::money;
  if (object.is_struct()) return error(Code::invalid, "is a struct other than those of acta.common");
  return FieldKind::table;
}

Result<FieldKind> kind_of_scalar(const reflection::Type& type, reflection::BaseType base, Field& field) {
  if (type.index() >= 0) return FieldKind::enumeration;
  if (base == reflection::Bool) return FieldKind::flag;
  for (const Range& range : ranges) {
    if (range.type != base) continue;
    field.number_min = range.min;
    field.number_max = range.max;
    return FieldKind::number;
  }
  return error(Code::invalid, "is of a type that events do not have (no floats, no unions)");
}

Result<FieldKind> kind_of(const reflection::Schema& schema, const reflection::Type& type, Field& field) {
  const bool vector = type.base_type() == reflection::Vector;
  const reflection::BaseType base = vector ? type.element() : type.base_type();
  if (vector && base == reflection::UByte && type.index() < 0) return FieldKind::bytes;
  field.list = vector;
  if (base == reflection::String) return FieldKind::text;
  if (base == reflection::Obj) return kind_of_object(*schema.objects()->Get(static_cast<flatbuffers::uoffset_t>(type.index())));
  return kind_of_scalar(type, base == reflection::UType ? reflection::None : base, field);
}

// A default that changes would rewrite the past, and a value equal to it would vanish: there is none.
Result<void> check_no_default(const reflection::Field& stored, const Field& field) {
  if (stored.required()) return error(Code::invalid, "is (required): use `must`, so that old readers can read on");
  const bool scalar = !field.list && (field.kind == FieldKind::number || field.kind == FieldKind::flag);
  if (scalar && !stored.optional()) return error(Code::invalid, "is a scalar with a default: write `= null`");
  if (field.kind == FieldKind::enumeration && !field.list && stored.default_integer() != 0) return error(Code::invalid, "has an enumeration default other than unset");
  return {};
}

Result<void> read_values(const reflection::Schema& schema, const reflection::Type& type, Field& field) {
  if (type.base_type() == reflection::UType || type.element() == reflection::UType) return error(Code::invalid, "is a union");
  const auto* values = schema.enums()->Get(static_cast<flatbuffers::uoffset_t>(type.index()))->values();
  if (values->size() == 0 || values->Get(0)->value() != 0 || values->Get(0)->name()->string_view() != "unset") return error(Code::invalid, "is of an enumeration that does not start with `unset = 0`");
  for (const auto* value : *values)
    if (value->value() != 0) field.values.push_back(value->name()->str());
  return {};
}

Result<void> read_limits(const reflection::Field& stored, Field& field) {
  std::uint32_t limit = 0;
  if (const auto max = attribute(stored, "max")) {
    const auto parsed = std::from_chars(max->data(), max->data() + max->size(), limit);
    if (parsed.ec != std::errc() || parsed.ptr != max->data() + max->size() || limit == 0) return error(Code::invalid, "has a `max` that is no number above 0");
  }
  const std::uint32_t content_default = field.kind == FieldKind::bytes ? bytes_max_default : characters_max_default;
  field.characters_max = limit != 0 && !field.list ? limit : content_default;
  field.items_max = limit != 0 && field.list ? limit : items_max_default;
  return {};
}

Result<void> read_pattern(const reflection::Field& stored, Field& field) {
  field.pattern = attribute(stored, "pattern").value_or("");
  if (field.pattern.empty()) return {};
  if (field.kind != FieldKind::text) return error(Code::invalid, "has a `pattern` and is no text");
  if (!is_pattern(field.pattern)) return error(Code::invalid, "has a `pattern` that is no regular expression");
  return {};
}

}  // namespace

std::string documentation(const flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>* lines) {
  std::string text;
  if (lines == nullptr) return text;
  for (const auto* line : *lines) {
    const std::string part = trimmed(line->string_view());
    if (!part.empty()) text.append(text.empty() ? "" : " ").append(part);
  }
  return text;
}

std::string default_label(std::string_view name) {
  std::string label(name);
  for (char& c : label)
    if (c == '_') c = ' ';
  if (!label.empty()) label.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(label.front())));
  return label;
}

std::string last_component(std::string_view dotted) { return std::string(dotted.substr(dotted.rfind('.') + 1)); }

Result<Field> read_field_rules(const reflection::Schema& schema, const reflection::Field& stored) {
  Field field;
  field.name = stored.name()->str();
  field.id = stored.id();
  field.doc = documentation(stored.documentation());
  field.label = attribute(stored, "label").value_or(default_label(field.name));
  field.must = has_attribute(stored, "must");
  field.personal = has_attribute(stored, "personal");
  field.of = attribute(stored, "of").value_or("");
  field.retention = attribute(stored, "retention").value_or("");
  ACTA_TRY(field.kind, kind_of(schema, *stored.type(), field));
  ACTA_CHECK(check_no_default(stored, field));
  if (field.kind == FieldKind::enumeration) ACTA_CHECK(read_values(schema, *stored.type(), field));
  ACTA_CHECK(read_limits(stored, field));
  ACTA_CHECK(read_pattern(stored, field));
  return field;
}

}  // namespace acta
