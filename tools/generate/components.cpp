#include <nlohmann/json.hpp>

#include "tools/generate/output.h"

namespace acta::generate {
namespace {

using Json = nlohmann::ordered_json;

Json table_schema(const Table& table);

Json text_schema(const Field& field) {
  Json schema = {{"type", "string"}, {"maxLength", field.characters_max}};
  if (!field.pattern.empty()) schema["pattern"] = "^(?:" + field.pattern + ")$";
  else if (field.must) schema["pattern"] = "\\S";
  return schema;
}

Json money_schema() {
  return {{"type", "object"},
          {"properties", {{"amount", {{"type", "string"}, {"pattern", "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$"}}}, {"currency", {{"type", "string"}, {"pattern", "^[A-Z]{3}$"}}}}},
          {"required", {"amount", "currency"}},
          {"additionalProperties", false}};
}

Json person_schema() {
  return {{"type", "string"}, {"anyOf", Json::array({{{"format", "uuid"}}, {{"pattern", "^@[A-Za-z0-9._-]{1,64}$"}}})}};
}

Json value_schema(const Field& field) {
  switch (field.kind) {
    case FieldKind::text: return text_schema(field);
    case FieldKind::number: return {{"type", "integer"}, {"minimum", field.number_min}, {"maximum", field.number_max}};
    case FieldKind::flag: return {{"type", "boolean"}};
    case FieldKind::enumeration: return {{"type", "string"}, {"enum", field.values}};
    case FieldKind::person: return person_schema();
    case FieldKind::date: return {{"type", "string"}, {"format", "date"}};
    case FieldKind::digest: return {{"type", "string"}, {"pattern", "^[0-9A-Fa-f]{64}$"}};
    case FieldKind::money: return money_schema();
    case FieldKind::bytes: return {{"type", "string"}, {"contentEncoding", "base64"}};
    case FieldKind::table: return table_schema(*field.table);
  }
  return {};
}

Json field_schema(const Field& field) {
  Json schema = value_schema(field);
  if (field.list) schema = {{"type", "array"}, {"items", std::move(schema)}, {"maxItems", field.items_max}};
  if (field.list && field.must) schema["minItems"] = 1;
  schema["title"] = field.label;
  if (!field.doc.empty()) schema["description"] = field.doc;
  if (field.personal) schema["x-personal"] = true;
  if (field.personal) schema["x-subject"] = field.of;
  return schema;
}

Json table_schema(const Table& table) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const Field& field : table.fields) {
    properties[field.name] = field_schema(field);
    if (field.must) required.push_back(field.name);
  }
  Json schema = {{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

}  // namespace

std::string components(const Catalogue& catalogue) {
  Json all = Json::object();
  for (const EventType& type : catalogue.types()) {
    Json schema = {{"title", type.label}, {"description", type.doc}};
    schema.update(table_schema(*type.table));
    all[type.name] = std::move(schema);
  }
  return all.dump(2) + "\n";
}

}  // namespace acta::generate
