#include "api/form.h"

#include <nlohmann/json.hpp>

namespace acta {
namespace {

Json object_of(const Table& table, FormFor purpose);

Json text_of(const Field& field) {
  Json out = {{"type", "string"}};
  if (field.characters_max) out["maxLength"] = field.characters_max;
  if (!field.pattern.empty()) out["pattern"] = "^(?:" + field.pattern + ")$";
  return out;
}

Json money() {
  return {{"type", "object"}, {"properties", {{"amount", {{"type", "string"}}}, {"currency", {{"type", "string"}, {"pattern", "^[A-Z]{3}$"}}}}},
          {"required", {"amount", "currency"}}, {"additionalProperties", false}};
}

// One value; lists wrap it.
Json value_of(const Field& field, FormFor purpose) {
  switch (field.kind) {
    case FieldKind::text: return text_of(field);
    case FieldKind::number: return {{"type", "integer"}, {"minimum", field.number_min}, {"maximum", field.number_max}};
    case FieldKind::flag: return {{"type", "boolean"}};
    case FieldKind::enumeration: return {{"enum", field.values}};
    case FieldKind::person: return {{"type", "string"}, {"description", "a person's UUID, or @handle"}};
    case FieldKind::date: return {{"type", "string"}, {"format", "date"}};
    case FieldKind::digest: return {{"type", "string"}, {"pattern", "^[0-9a-fA-F]{64}$"}};
    case FieldKind::money: return money();
    case FieldKind::bytes: return {{"type", "string"}, {"contentEncoding", "base64"}};
    case FieldKind::table: return object_of(*field.table, purpose);
  }
  return Json::object();
}

Json property_of(const Field& field, FormFor purpose) {
  auto out = value_of(field, purpose);
  if (field.list) out = {{"type", "array"}, {"items", std::move(out)}};
  if (!field.label.empty()) out["title"] = field.label;
  if (!field.doc.empty()) out["description"] = field.doc;
  if (field.personal) out["x-personal"] = true;
  if (field.personal) out["x-subject"] = field.of;
  return out;
}

Json object_of(const Table& table, FormFor purpose) {
  Json properties = Json::object(), required = Json::array();
  for (const auto& field : table.fields) {
    if (field.personal && purpose == FormFor::reading) continue;
    properties[field.name] = property_of(field, purpose);
    if (field.must) required.push_back(field.name);
  }
  return {{"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}, {"additionalProperties", false}};
}

}  // namespace

Json form_of(const EventType& type, FormFor purpose) {
  auto out = object_of(*type.table, purpose);
  out["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  out["title"] = type.label;
  out["description"] = type.doc;
  return out;
}

}  // namespace acta
