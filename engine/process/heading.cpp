// The head of a definition: what it is called, its roles and its case data.

#include <algorithm>

#include "engine/process/reader.h"

namespace acta {
namespace {

struct NamedKind {
  std::string_view name;
  DataKind kind;
};
constexpr NamedKind data_kinds[] = {{"text", DataKind::text},     {"number", DataKind::number}, {"flag", DataKind::flag},     {"money", DataKind::money},
                                    {"person", DataKind::person}, {"date", DataKind::date},     {"digest", DataKind::digest}, {"list", DataKind::list}};

void read_reference(Reading& reading, const YamlNode& file) {
  std::string prefix = read_member(reading.faults, file, "reference", "a process");
  const bool fits = std::all_of(prefix.begin(), prefix.end(), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
  if (!fits) reading.faults.add(file.find("reference")->line, "`reference` must be capital letters and digits, as ACT");
  reading.definition.reference = std::move(prefix);
}

void read_roles(Reading& reading, const YamlNode& file) {
  const YamlNode* roles = file.find("roles");
  if (roles == nullptr) {
    reading.faults.add(file.line, "a process needs `roles`, the list of those who take part");
    return;
  }
  for (const std::string& role : read_texts(reading.faults, *roles, "`roles`")) {
    if (!is_name(role)) reading.faults.add(roles->line, "role `" + role + "` must be lower-case letters, digits and _, a letter first");
    reading.definition.roles.push_back(role);
  }
}

void read_data_field(Reading& reading, const YamlMember& member) {
  const auto* named = std::find_if(std::begin(data_kinds), std::end(data_kinds), [&](const NamedKind& kind) { return kind.name == member.value.text; });
  if (!is_name(member.key)) reading.faults.add(member.line, "case field `" + member.key + "` must be lower-case letters, digits and _, a letter first");
  if (named == std::end(data_kinds)) {
    reading.faults.add(member.line, "case field `" + member.key + "` must be of kind text, number, flag, money, person, date, digest or list");
    return;
  }
  reading.definition.data.emplace(member.key, named->kind);
}

}  // namespace

void read_heading(Reading& reading, const YamlNode& file) {
  if (const YamlNode* process = file.find("process")) {
    reading.definition.process = read_name(reading.faults, *process, "`process`");
  } else {
    reading.faults.add(file.line, "a process needs `process`, its name");
  }
  reading.definition.title = read_member(reading.faults, file, "title", "a process");
  read_reference(reading, file);
  read_roles(reading, file);
  const YamlNode* data = file.find("data");
  if (data == nullptr || !expect_map(reading.faults, *data, "`data`")) return;
  for (const YamlMember& member : data->members) read_data_field(reading, member);
}

}  // namespace acta
