// Who may: `by` and `seat`, and who must not be whom: `distinct_persons`.

#include <algorithm>

#include "engine/process/attempt.h"
#include "engine/process/faults.h"

namespace acta {
namespace {

constexpr std::string_view case_prefix = "case.";

bool is_person_of(const Data* data, std::string_view field, const std::optional<PersonId>& person) {
  if (data == nullptr || !person) return false;
  const auto found = data->find(std::string(field));
  if (found == data->end()) return false;
  const AnyId* id = std::get_if<AnyId>(&found->second.held);
  return id != nullptr && *id == id_cast<AnyId>(*person);
}

bool is(const AnyId* id, const std::optional<PersonId>& person) { return id != nullptr && person && *id == id_cast<AnyId>(*person); }

bool knows_role(const Definition::Impl& definition, std::string_view role) {
  return std::find(definition.roles.begin(), definition.roles.end(), role) != definition.roles.end();
}

bool holds(const PersonGroup& group, std::string_view event) { return std::find(group.events.begin(), group.events.end(), event) != group.events.end(); }

const PersonGroup* group_of(const DistinctSet& set, std::string_view event) {
  const auto found = std::find_if(set.groups.begin(), set.groups.end(), [&](const PersonGroup& group) { return holds(group, event); });
  return found == set.groups.end() ? nullptr : &*found;
}

// The earlier entry by which the recorder, or the principal, belongs to this group.
std::optional<Position> earlier_entry(const Data& data, const std::string& name, const Recorder& recorder) {
  const List* persons = find_list(data, name);
  if (persons == nullptr) return std::nullopt;
  for (const Value& item : *persons) {
    const List* pair = std::get_if<List>(&item.held);
    if (pair == nullptr) continue;
    const AnyId* person = find_id(*pair, 0);
    if (is(person, recorder.person) || is(person, recorder.on_behalf_of)) return find_position(*pair, 1);
  }
  return std::nullopt;
}

std::string rule_of(const DistinctSet& set, const PersonGroup& group) { return "distinct_persons/" + set.name + "/" + group.name; }

std::optional<Objection> never_objection(const DistinctSet& set, const PersonGroup& group, std::string_view event, const Recorder& recorder, const Data& data) {
  if (!set.never || std::find(set.never->groups.begin(), set.never->groups.end(), group.name) == set.never->groups.end()) return std::nullopt;
  if (!is_person_of(&data, set.never->field, recorder.person) && !is_person_of(&data, set.never->field, recorder.on_behalf_of)) return std::nullopt;
  return Objection{rule_of(set, group), std::string(event) + " must not be recorded by the person who is case." + set.never->field + ": somebody else must do it", std::nullopt};
}

std::optional<Objection> set_objection(const DistinctSet& set, const PersonGroup& group, std::string_view event, const Recorder& recorder, const Data& data) {
  for (const PersonGroup& other : set.groups) {
    if (&other == &group) continue;
    const auto earlier = earlier_entry(data, persons_name(set.name, other.name), recorder);
    if (!earlier) continue;
    const std::string why = std::string(event) + " (" + group.name + ") must be recorded by somebody else: this person recorded " + joined(other.events, " or ") + " (" + other.name + ") of this case, at position " + std::to_string(earlier->value);
    return Objection{rule_of(set, group), why, earlier};
  }
  return never_objection(set, group, event, recorder, data);
}

}  // namespace

std::string persons_name(std::string_view set, std::string_view group) { return "persons/" + std::string(set) + "/" + std::string(group); }

const List* find_list(const Data& data, const std::string& name) {
  const auto found = data.find(name);
  return found == data.end() ? nullptr : std::get_if<List>(&found->second.held);
}

const AnyId* find_id(const List& list, std::size_t index) { return index < list.size() ? std::get_if<AnyId>(&list[index].held) : nullptr; }

std::optional<Position> find_position(const List& list, std::size_t index) {
  const std::int64_t* number = index < list.size() ? std::get_if<std::int64_t>(&list[index].held) : nullptr;
  if (number == nullptr) return std::nullopt;
  return Position{static_cast<std::uint64_t>(*number)};
}

bool may_record(const Definition::Impl& definition, const Rules& rules, const Recorder& recorder, const Data* data) {
  if (!knows_role(definition, recorder.role)) return false;
  if (rules.by.empty()) return true;
  return std::any_of(rules.by.begin(), rules.by.end(), [&](std::string_view who) {
    return who.starts_with(case_prefix) ? is_person_of(data, who.substr(case_prefix.size()), recorder.person) : who == recorder.role;
  });
}

bool represents(const SeatRule& rule, const Recorder& recorder, const Data& data, const std::optional<Value>& body) {
  const List* seats = find_list(data, seats_name(rule.of));
  if (seats == nullptr) return false;
  return std::any_of(seats->begin(), seats->end(), [&](const Value& item) {
    const List* seat = std::get_if<List>(&item.held);
    return seat != nullptr && seat->size() == 2 && (!body || seat->front() == *body) && is(find_id(*seat, 1), recorder.person);
  });
}

std::string who_may(const Definition::Impl& definition, const Rules& rules) {
  std::string who = joined(rules.by.empty() ? definition.roles : rules.by, " or ");
  if (rules.seat) who += ", as the representative of the seat in " + rules.seat->of;
  return who;
}

std::optional<Objection> distinct_persons_objection(const Definition::Impl& definition, std::string_view event, const Recorder& recorder, const Data& data) {
  for (const DistinctSet& set : definition.distinct) {
    const PersonGroup* group = group_of(set, event);
    if (group == nullptr) continue;
    if (auto objection = set_objection(set, *group, event, recorder, data)) return objection;
  }
  return std::nullopt;
}

std::vector<std::string> distinct_sets_about(const Definition::Impl& definition, std::string_view event) {
  std::vector<std::string> names;
  for (const DistinctSet& set : definition.distinct) {
    if (group_of(set, event) != nullptr) names.push_back(set.name);
  }
  return names;
}

}  // namespace acta
