#include <algorithm>

#include "events/catalogue_reader.h"

namespace acta {
namespace {

constexpr int depth_max = 8;  // also ends a table that contains itself

Error about(const reflection::Object& object, const reflection::Field& field, const Error& fault) {
  if (fault.message.starts_with("schema:")) return fault;  // already names the table below
  return error(Code::invalid, "schema: " + object.name()->str() + "." + field.name()->str() + " " + fault.message);
}

Result<Field> read_field(const reflection::Schema& schema, const reflection::Field& stored, int depth) {
  ACTA_TRY(Field field, read_field_rules(schema, stored));
  if (field.personal && depth > 0) return error(Code::invalid, "is personal below the top level of an event");
  if (field.kind != FieldKind::table) return field;
  if (depth == depth_max) return error(Code::invalid, "nests tables too deeply");
  const auto index = static_cast<flatbuffers::uoffset_t>(stored.type()->index());
  ACTA_TRY(field.table, read_table(schema, *schema.objects()->Get(index), depth + 1));
  return field;
}

Result<void> check_personal_field(const Table& table, const Field& field) {
  if (!field.personal) return field.of.empty() ? Result<void>() : error(Code::invalid, "has `of` and is not personal");
  const Field* subject = table.find(field.of);
  if (subject == nullptr || subject->kind != FieldKind::person) return error(Code::invalid, "is personal and its `of` names no person field of the table");
  if (subject->list) return error(Code::invalid, "is personal and its `of` names a list");
  if (subject->personal) return error(Code::invalid, "is personal and its `of` names a personal field");
  return {};
}

}  // namespace

const Field* Table::find(std::string_view field) const {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const Field& one) { return one.name == field; });
  return found == fields.end() ? nullptr : &*found;
}

Result<std::shared_ptr<const Table>> read_table(const reflection::Schema& schema, const reflection::Object& object, int depth) {
  auto table = std::make_shared<Table>();
  table->name = last_component(object.name()->string_view());
  table->object = &object;
  table->schema = &schema;
  for (const auto* stored : *object.fields()) {
    if (stored->deprecated()) continue;
    auto field = read_field(schema, *stored, depth);
    if (!field) return about(object, *stored, field.error());
    table->fields.push_back(*std::move(field));
  }
  std::sort(table->fields.begin(), table->fields.end(), [](const Field& a, const Field& b) { return a.id < b.id; });
  return std::shared_ptr<const Table>(std::move(table));
}

Result<void> check_personal(const Table& table) {
  for (const Field& field : table.fields) {
    auto checked = check_personal_field(table, field);
    if (!checked) return error(Code::invalid, "schema: " + table.object->name()->str() + "." + field.name + " " + checked.error().message);
  }
  return {};
}

}  // namespace acta
