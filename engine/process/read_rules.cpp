// Control words and `set` of one transition.

#include <algorithm>
#include <cctype>

#include "engine/process/reader.h"

namespace acta {
namespace {

constexpr std::string_view case_prefix = "case.";

bool is_code(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

void check_authority(Reading& reading, const std::string& who, int line) {
  if (who.starts_with(case_prefix)) {
    const auto field = reading.definition.data.find(who.substr(case_prefix.size()));
    const bool person = field != reading.definition.data.end() && field->second == DataKind::person;
    if (!person) reading.faults.add(line, "`" + who + "` in `by` is not case data of kind person: declare it under `data`");
  } else if (std::find(reading.definition.roles.begin(), reading.definition.roles.end(), who) == reading.definition.roles.end()) {
    reading.faults.add(line, "unknown role `" + who + "`: list it under `roles`");
  }
}

void read_by(Reading& reading, const YamlNode& node, Rules& rules) {
  rules.by = read_texts(reading.faults, node, "`by`");
  for (const std::string& who : rules.by) check_authority(reading, who, node.line);
}

void read_seat(Reading& reading, const YamlNode& node, const EventType& type, Rules& rules) {
  if (!expect_map(reading.faults, node, "`seat`")) return;
  expect_words(reading.faults, node, {"of", "body"}, "`seat`");
  SeatRule seat;
  seat.of = read_member(reading.faults, node, "of", "`seat`");
  if (!seat.of.empty() && reading.definition.find_seats(seat.of) == nullptr) reading.faults.add(node.line, "`seat` names `" + seat.of + "`, which is not under `seats`");
  if (const YamlNode* body = node.find("body")) {
    seat.body = read_path_of(reading, *body, type);
  } else {
    reading.faults.add(node.line, "`seat` needs `body`, the path of the seat's body");
  }
  rules.seat = std::move(seat);
}

void read_reason(Reading& reading, const YamlNode& node, Rules& rules) {
  rules.reason_required = true;
  if (node.kind == YamlNode::Kind::scalar && node.text == "required") return;
  if (node.kind != YamlNode::Kind::sequence) {
    reading.faults.add(node.line, "`reason` must be `required` or a list of codes");
    return;
  }
  rules.reasons = read_texts(reading.faults, node, "`reason`");
  for (const std::string& code : rules.reasons) {
    if (!is_code(code)) reading.faults.add(node.line, "reason code `" + code + "` must be letters, digits and _");
  }
}

void read_needs(Reading& reading, const YamlNode& node, Rules& rules) {
  if (node.kind != YamlNode::Kind::sequence || node.items.empty()) reading.faults.add(node.line, "`needs` must be a list of evidence categories, as [letter, [minutes, record]]");
  for (const YamlNode& item : node.items) rules.needs.push_back(read_texts(reading.faults, item, "an evidence category"));
}

bool fits(DataKind kind, const PathTarget& target) {
  if (target.list) return kind == DataKind::list;
  switch (target.field->kind) {
    case FieldKind::text:
    case FieldKind::enumeration: return kind == DataKind::text;
    case FieldKind::number: return kind == DataKind::number;
    case FieldKind::flag: return kind == DataKind::flag;
    case FieldKind::person: return kind == DataKind::person;
    case FieldKind::date: return kind == DataKind::date;
    case FieldKind::digest: return kind == DataKind::digest;
    case FieldKind::money: return kind == DataKind::money;
    case FieldKind::bytes:
    case FieldKind::table: return false;
  }
  return false;
}

void read_setting(Reading& reading, const YamlMember& member, const EventType& type, Rules& rules) {
  PathTarget target;
  std::string path = read_path_of(reading, member.value, type, &target);
  const auto field = reading.definition.data.find(member.key);
  if (field == reading.definition.data.end()) {
    reading.faults.add(member.line, "`set` names case field `" + member.key + "`, which is not under `data`");
  } else if (target.field != nullptr && !fits(field->second, target)) {
    reading.faults.add(member.line, "`event." + path + "` is of another kind than case field `" + member.key + "`");
  }
  rules.set.push_back({member.key, std::move(path)});
}

}  // namespace

Rules read_rules(Reading& reading, const YamlNode& transition, const EventType& type) {
  Rules rules;
  if (const YamlNode* by = transition.find("by")) read_by(reading, *by, rules);
  if (const YamlNode* seat = transition.find("seat")) read_seat(reading, *seat, type, rules);
  if (const YamlNode* reason = transition.find("reason")) read_reason(reading, *reason, rules);
  if (const YamlNode* needs = transition.find("needs")) read_needs(reading, *needs, rules);
  if (const YamlNode* quorum = transition.find("quorum")) read_quorum(reading, *quorum, type, rules);
  const YamlNode* set = transition.find("set");
  if (set == nullptr || !expect_map(reading.faults, *set, "`set`")) return rules;
  for (const YamlMember& member : set->members) read_setting(reading, member, type, rules);
  return rules;
}

}  // namespace acta
