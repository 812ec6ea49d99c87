// Who sits where and who may not be whom: `seats`, `quorum`, `distinct_persons`.

#include <algorithm>

#include "engine/process/reader.h"

namespace acta {
namespace {

std::string member_path(Reading& reading, const YamlNode& map, std::string_view key, const EventType& type, PathTarget* target = nullptr) {
  if (const YamlNode* node = map.find(key)) return read_path_of(reading, *node, type, target);
  reading.faults.add(map.line, "needs `" + std::string(key) + "`, a path of " + type.name);
  return {};
}

// A value that is missing now and then could not be compared.
void expect_single_must(Reading& reading, int line, const EventType& type, const std::string& path, const PathTarget& target) {
  if (target.field == nullptr) return;
  if (!target.field->must || target.list) reading.faults.add(line, "`event." + path + "` of " + type.name + " must be a `must` field outside lists to be counted by");
}

void check_seat_field(Reading& reading, int line, const Table& seat, const std::string& name, bool person) {
  if (name.empty()) return;
  const Field* field = seat.find(name);
  const bool fits = field != nullptr && field->must && !field->list && (person ? field->kind == FieldKind::person : field->kind == FieldKind::text || field->kind == FieldKind::enumeration);
  if (!fits) reading.faults.add(line, "a seat's `" + name + "` must be a `must` field of kind " + (person ? "person" : "text"));
}

void read_seat_list(Reading& reading, const YamlMember& member) {
  if (!is_name(member.key)) reading.faults.add(member.line, "seat list `" + member.key + "` must be lower-case letters, digits and _, a letter first");
  if (!expect_map(reading.faults, member.value, "a seat list")) return;
  expect_words(reading.faults, member.value, {"from", "list", "body", "person"}, "a seat list");
  SeatList seats{.name = member.key, .from = read_member(reading.faults, member.value, "from", "a seat list"), .list = {}, .body = {}, .person = {}};
  seats.body = read_member(reading.faults, member.value, "body", "a seat list");
  seats.person = read_member(reading.faults, member.value, "person", "a seat list");
  if (const EventType* type = seats.from.empty() ? nullptr : read_event(reading, seats.from, member.line)) {
    PathTarget list;
    seats.list = member_path(reading, member.value, "list", *type, &list);
    if (list.field != nullptr && (!list.list || !list.field->table)) {
      reading.faults.add(member.line, "`list` must name a list of tables");
    } else if (list.field != nullptr) {
      check_seat_field(reading, member.line, *list.field->table, seats.body, false);
      check_seat_field(reading, member.line, *list.field->table, seats.person, true);
    }
  }
  reading.definition.seats.push_back(std::move(seats));
}

std::int64_t member_count(Reading& reading, const YamlNode& map, std::string_view key, std::int64_t otherwise) {
  const YamlNode* node = map.find(key);
  return node == nullptr ? otherwise : read_count(reading.faults, *node, "`" + std::string(key) + "`").value_or(otherwise);
}

std::vector<std::string> member_values(Reading& reading, const YamlNode& map, std::string_view key, const Field* field) {
  const YamlNode* node = map.find(key);
  if (node == nullptr) return {};
  std::vector<std::string> values = read_texts(reading.faults, *node, "`" + std::string(key) + "`");
  if (field == nullptr || field->kind != FieldKind::enumeration) return values;
  for (const std::string& value : values) {
    const bool known = std::find(field->values.begin(), field->values.end(), value) != field->values.end();
    if (!known) reading.faults.add(node->line, "`" + value + "` in `" + std::string(key) + "` is no value of " + field->name + ": " + joined(field->values));
  }
  return values;
}

void remember_source(Reading& reading, int line, const std::string& event, OpinionSource source) {
  const auto [known, added] = reading.definition.opinions.emplace(event, source);
  if (!added && known->second != source) reading.faults.add(line, "another `quorum` reads " + event + " by other paths: use the same body, value and about");
}

void read_opinion_paths(Reading& reading, const YamlNode& node, const EventType& opinion, const EventType& deciding, Quorum& quorum) {
  PathTarget body, value, about, decided;
  OpinionSource source;
  source.body = member_path(reading, node, "body", opinion, &body);
  source.value = member_path(reading, node, "value", opinion, &value);
  source.about = member_path(reading, node, "about", opinion, &about);
  quorum.about = member_path(reading, node, "about", deciding, &decided);
  expect_single_must(reading, node.line, opinion, source.body, body);
  expect_single_must(reading, node.line, opinion, source.value, value);
  expect_single_must(reading, node.line, opinion, source.about, about);
  expect_single_must(reading, node.line, deciding, quorum.about, decided);
  quorum.favourable = member_values(reading, node, "for", value.field);
  quorum.against = member_values(reading, node, "against", value.field);
  quorum.recused = member_values(reading, node, "recused", value.field);
  remember_source(reading, node.line, opinion.name, std::move(source));
}

void check_counts(Reading& reading, const YamlNode& node, const Quorum& quorum) {
  if (quorum.present < 1) reading.faults.add(node.line, "`present` must be at least 1");
  if (quorum.need > quorum.present) reading.faults.add(node.line, "`need` is more than `present`: it could never hold");
  if (quorum.need > 0 && quorum.favourable.empty()) reading.faults.add(node.line, "`quorum` needs `for`, the values that count in favour");
}

bool in_two_groups(const DistinctSet& set, const std::string& event) {
  const auto holds = [&](const PersonGroup& group) { return std::find(group.events.begin(), group.events.end(), event) != group.events.end(); };
  return std::count_if(set.groups.begin(), set.groups.end(), holds) > 1;
}

void read_group(Reading& reading, const YamlMember& member, DistinctSet& set) {
  if (!is_name(member.key)) reading.faults.add(member.line, "group `" + member.key + "` must be lower-case letters, digits and _, a letter first");
  set.groups.push_back({member.key, read_texts(reading.faults, member.value, "a group")});
  for (const std::string& event : set.groups.back().events) {
    read_event(reading, event, member.line);
    if (in_two_groups(set, event)) reading.faults.add(member.line, event + " is in two groups of `" + set.name + "`: nobody could record it");
  }
}

void read_never(Reading& reading, const YamlNode& node, DistinctSet& set) {
  if (!expect_map(reading.faults, node, "`never`")) return;
  expect_words(reading.faults, node, {"person", "in"}, "`never`");
  NeverRule never;
  const std::string person = read_member(reading.faults, node, "person", "`never`");
  never.field = person.starts_with("case.") ? person.substr(5) : std::string{};
  const auto field = reading.definition.data.find(never.field);
  if (field == reading.definition.data.end() || field->second != DataKind::person) reading.faults.add(node.line, "`never` needs `person: case.<field>`, case data of kind person");
  if (const YamlNode* in = node.find("in")) never.groups = read_texts(reading.faults, *in, "`in`");
  for (const std::string& name : never.groups) {
    const bool known = std::any_of(set.groups.begin(), set.groups.end(), [&](const PersonGroup& group) { return group.name == name; });
    if (!known) reading.faults.add(node.line, "`never` names group `" + name + "`, which `" + set.name + "` does not have");
  }
  if (never.groups.empty()) reading.faults.add(node.line, "`never` needs `in`, a list of groups");
  set.never = std::move(never);
}

void read_set(Reading& reading, const YamlMember& member) {
  if (!is_name(member.key)) reading.faults.add(member.line, "set `" + member.key + "` must be lower-case letters, digits and _, a letter first");
  if (!expect_map(reading.faults, member.value, "a set of groups")) return;
  DistinctSet set{.name = member.key, .groups = {}, .never = {}};
  for (const YamlMember& group : member.value.members) {
    if (group.key != "never") read_group(reading, group, set);
  }
  if (const YamlNode* never = member.value.find("never")) read_never(reading, *never, set);
  if (set.groups.size() + (set.never ? 1 : 0) < 2) reading.faults.add(member.line, "`" + member.key + "` keeps nobody apart: it needs two groups, or `never`");
  reading.definition.distinct.push_back(std::move(set));
}

}  // namespace

void read_seats(Reading& reading, const YamlNode& node) {
  if (!expect_map(reading.faults, node, "`seats`")) return;
  for (const YamlMember& member : node.members) read_seat_list(reading, member);
}

void read_quorum(Reading& reading, const YamlNode& node, const EventType& deciding, Rules& rules) {
  if (!expect_map(reading.faults, node, "`quorum`")) return;
  expect_words(reading.faults, node, {"seats", "opinions", "body", "value", "about", "present", "for", "need", "against", "objections_max", "recused"}, "`quorum`");
  Quorum quorum;
  quorum.seats = read_member(reading.faults, node, "seats", "`quorum`");
  if (!quorum.seats.empty() && reading.definition.find_seats(quorum.seats) == nullptr) reading.faults.add(node.line, "`quorum` counts seats `" + quorum.seats + "`, which nobody fills: add them under `seats`");
  quorum.opinions = read_member(reading.faults, node, "opinions", "`quorum`");
  quorum.present = member_count(reading, node, "present", 1);
  quorum.need = member_count(reading, node, "need", 1);
  quorum.objections_max = member_count(reading, node, "objections_max", 0);
  if (const EventType* opinion = quorum.opinions.empty() ? nullptr : read_event(reading, quorum.opinions, node.line)) {
    read_opinion_paths(reading, node, *opinion, deciding, quorum);
    check_counts(reading, node, quorum);
  }
  rules.quorum = std::move(quorum);
}

void read_distinct_persons(Reading& reading, const YamlNode& node) {
  if (!expect_map(reading.faults, node, "`distinct_persons`")) return;
  for (const YamlMember& member : node.members) read_set(reading, member);
}

}  // namespace acta
