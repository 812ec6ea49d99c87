// From a checked draft to bytes: who is meant is filled in, what is personal is split off.

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "events/draft.h"
#include "events/table_writer.h"

namespace acta {

struct DraftReader {
  static const Json& data(const Draft& draft) { return *draft.data_; }
};

namespace {

Result<void> resolve_table(const Table& table, Json& data, const People& people);

Result<void> resolve_person(Json& value, const People& people) {
  const std::string text = value.get<std::string>();
  if (!text.starts_with('@')) return {};
  ACTA_TRY(const PersonId person, people.by_handle(std::string_view(text).substr(1)));
  value = to_text(person);
  return {};
}

Result<void> resolve_value(const Field& field, Json& value, const People& people) {
  if (field.kind == FieldKind::person) return resolve_person(value, people);
  return resolve_table(*field.table, value, people);
}

// `@handle` becomes the person's id, wherever it stands.
Result<void> resolve_table(const Table& table, Json& data, const People& people) {
  for (const Field& field : table.fields) {
    const bool holds_persons = field.kind == FieldKind::person || field.kind == FieldKind::table;
    if (!holds_persons || !data.contains(field.name)) continue;
    Json& value = data[field.name];
    if (!field.list) ACTA_CHECK(resolve_value(field, value, people));
    for (std::size_t i = 0; field.list && i < value.size(); ++i) ACTA_CHECK(resolve_value(field, value[i], people));
  }
  return {};
}

// A personal field whose subject was left out is about somebody nobody has named.
Result<void> name_subjects(const Table& table, Json& data, const People& people) {
  for (const Field& field : table.fields) {
    if (!field.personal || !data.contains(field.name) || data.contains(field.of)) continue;
    ACTA_TRY(const PersonId person, people.unnamed(field.of));
    data[field.of] = to_text(person);
  }
  return {};
}

struct Group {
  std::string of_field, retention, person;
  std::vector<const Field*> fields;
};

// One group a person and retention class: what is sealed together is erased together.
std::vector<Group> groups_of(const Table& table, const Json& data) {
  std::vector<const Field*> personal;
  for (const Field& field : table.fields)
    if (field.personal && data.contains(field.name)) personal.push_back(&field);
  std::stable_sort(personal.begin(), personal.end(), [](const Field* a, const Field* b) { return std::tie(a->of, a->retention) < std::tie(b->of, b->retention); });
  std::vector<Group> groups;
  for (const Field* field : personal) {
    const std::string person = data[field->of].get<std::string>();
    const auto same = [&](const Group& group) { return group.person == person && group.retention == field->retention; };
    auto group = std::find_if(groups.begin(), groups.end(), same);
    if (group == groups.end()) group = groups.insert(groups.end(), Group{.of_field = field->of, .retention = field->retention, .person = person, .fields = {}});
    group->fields.push_back(field);
  }
  return groups;
}

PersonalPart part_of(const Table& table, const Json& data, const Group& group) {
  const auto inside = [&](const Field& field) { return std::find(group.fields.begin(), group.fields.end(), &field) != group.fields.end(); };
  PersonalPart part{.person = {}, .retention = group.retention, .of_field = group.of_field, .plaintext = write_table(table, data, inside)};
  const auto person = parse_uuid(group.person);
  if (person) part.person = PersonId{*person};
  return part;
}

}  // namespace

Result<BuiltEvent> build(const Draft& draft, const People& people) {
  const Table& table = *draft.type().table;
  Json data = DraftReader::data(draft);
  ACTA_CHECK(resolve_table(table, data, people));
  ACTA_CHECK(name_subjects(table, data, people));
  BuiltEvent built;
  built.payload = write_table(table, data, [](const Field& field) { return !field.personal; });
  for (const Group& group : groups_of(table, data)) built.personal.push_back(part_of(table, data, group));
  return built;
}

}  // namespace acta
