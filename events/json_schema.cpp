#include "events/json_schema.h"

#include <nlohmann/json.hpp>

namespace acta {
namespace {

constexpr const char* person_id = "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}";
constexpr const char* person_handle = "@[A-Za-z0-9._-]{1,64}";

Json object_of(const Table& table, SchemaFor purpose);

// Items of a list may no more be blank than what must be there.
Json text_schema(const Field& field) {
  Json out = {{"type", "string"}};
  if (field.characters_max) out["maxLength"] = field.characters_max;
  if (!field.pattern.empty()) out["pattern"] = "^(?:" + field.pattern + ")$";
  else if (field.must || field.list) out["pattern"] = "\\S";
  return out;
}

Json money_schema() {
  return {{"type", "object"},
          {"properties", {{"amount", {{"type", "string"}, {"pattern", "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$"}}}, {"currency", {{"type", "string"}, {"pattern", "^[A-Z]{3}$"}}}}},
          {"required", {"amount", "currency"}},
          {"additionalProperties", false}};
}

// A handle becomes an id when it is recorded.
Json person_schema(SchemaFor purpose) {
  const auto handle = purpose == SchemaFor::input ? std::string("|") + person_handle : std::string();
  return {{"type", "string"}, {"pattern", "^(?:" + (person_id + handle) + ")$"}};
}

// One value; lists wrap it.
Json value_schema(const Field& field, SchemaFor purpose) {
  switch (field.kind) {
    case FieldKind::text: return text_schema(field);
    case FieldKind::number: return {{"type", "integer"}, {"minimum", field.number_min}, {"maximum", field.number_max}};
    case FieldKind::flag: return {{"type", "boolean"}};
    case FieldKind::enumeration: return {{"type", "string"}, {"enum", field.values}};
    case FieldKind::person: return person_schema(purpose);
    case FieldKind::date: return {{"type", "string"}, {"format", "date"}};
    case FieldKind::digest: return {{"type", "string"}, {"pattern", "^[0-9A-Fa-f]{64}$"}};
    case FieldKind::money: return money_schema();
    case FieldKind::bytes: return {{"type", "string"}, {"contentEncoding", "base64"}};
    case FieldKind::table: return object_of(*field.table, purpose);
  }
  return Json::object();
}

Json field_schema(const Field& field, SchemaFor purpose) {
  auto out = value_schema(field, purpose);
  if (field.list) out = {{"type", "array"}, {"items", std::move(out)}, {"maxItems", field.items_max}};
  if (field.list && field.must) out["minItems"] = 1;
  if (!field.label.empty()) out["title"] = field.label;
  if (!field.doc.empty()) out["description"] = field.doc;
  if (field.personal) out["x-personal"] = true;
  if (field.personal) out["x-subject"] = field.of;
  return out;
}

Json object_of(const Table& table, SchemaFor purpose) {
  Json properties = Json::object(), required = Json::array();
  for (const auto& field : table.fields) {
    if (field.personal && purpose == SchemaFor::reading) continue;
    properties[field.name] = field_schema(field, purpose);
    if (field.must) required.push_back(field.name);
  }
  return {{"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}, {"additionalProperties", false}};
}

}  // namespace

Json schema_of(const EventType& type, SchemaFor purpose) {
  auto out = object_of(*type.table, purpose);
  out["title"] = type.label;
  if (!type.doc.empty()) out["description"] = type.doc;
  return out;
}

}  // namespace acta
