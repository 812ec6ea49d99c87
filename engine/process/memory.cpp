// What an event leaves in case data: the fields its transitions set, and what later rules will ask for.

#include <algorithm>

#include "engine/process/attempt.h"
#include "events/render.h"
#include "events/value.h"

namespace acta {
namespace {

using chart::TransitionIndex;

class Memory {
 public:
  Memory(const CaseState* state, const Command& command, Position position) : state_(state), command_(command), position_(position) {}

  void set(std::string name, Value value) {
    const auto same = [&](const Change& change) { return change.name == name; };
    std::erase_if(changes_, same);
    changes_.push_back({std::move(name), std::move(value)});
  }

  std::optional<Value> read(std::string_view path) const { return read_path(*command_.type, command_.entry.payload, path); }

  void remember_person(const std::string& name, const std::optional<PersonId>& person) {
    if (!person) return;
    List persons = list_now(name);
    const Value known = id(*person);
    const bool there = std::any_of(persons.begin(), persons.end(), [&](const Value& item) { return std::get<List>(item.held).front() == known; });
    if (there) return;
    persons.push_back(list({known, position()}));
    set(name, list(std::move(persons)));
  }

  Value position() const { return number(static_cast<std::int64_t>(position_.value)); }
  std::vector<Change> take() { return std::move(changes_); }

 private:
  List list_now(const std::string& name) const {
    for (const Change& change : changes_) {
      if (change.name == name) return std::get<List>(change.value->held);
    }
    const List* before = state_ == nullptr ? nullptr : find_list(state_->data, name);
    return before == nullptr ? List{} : *before;
  }

  const CaseState* state_;
  const Command& command_;
  Position position_;
  std::vector<Change> changes_;
};

void remember_persons(Memory& memory, const Definition::Impl& definition, const Command& command) {
  for (const DistinctSet& set : definition.distinct) {
    for (const PersonGroup& group : set.groups) {
      if (std::find(group.events.begin(), group.events.end(), command.type->name) == group.events.end()) continue;
      memory.remember_person(persons_name(set.name, group.name), command.entry.actor.person);
      memory.remember_person(persons_name(set.name, group.name), command.entry.actor.on_behalf_of);
    }
  }
}

Error twice(const SeatList& seats) {
  Error failure = error(Code::invalid, "a body has two seats: name each body of " + seats.list + " once");
  failure.fields.push_back({"/data/" + seats.list, "each " + seats.body + " must stand once"});
  return failure;
}

Result<void> remember_seats(Memory& memory, const SeatList& seats) {
  const auto bodies = memory.read(seats.list + "." + seats.body), persons = memory.read(seats.list + "." + seats.person);
  List pairs;
  if (bodies && persons) {
    const List &body = std::get<List>(bodies->held), &person = std::get<List>(persons->held);
    for (std::size_t i = 0; i < std::min(body.size(), person.size()); ++i) {
      const bool known = std::any_of(pairs.begin(), pairs.end(), [&](const Value& pair) { return std::get<List>(pair.held).front() == body[i]; });
      if (known) return twice(seats);
      pairs.push_back(list({body[i], person[i]}));
    }
  }
  memory.set(seats_name(seats.name), list(std::move(pairs)));
  return {};
}

void remember_opinion(Memory& memory, const std::string& event, const OpinionSource& source) {
  const auto body = memory.read(source.body), value = memory.read(source.value), about = memory.read(source.about);
  if (!body || !value || !about) return;
  const std::string* name = std::get_if<std::string>(&body->held);
  if (name != nullptr) memory.set(opinions_name(event, *name), list({*value, *about, memory.position()}));
}

}  // namespace

Result<std::vector<Change>> data_changes(const Definition::Impl& definition, const std::vector<TransitionIndex>& selected, const CaseState* state, const Command& command, Position position) {
  Memory memory(state, command, position);
  for (const TransitionIndex index : selected) {
    for (const Setting& setting : definition.chart.transitions[index].rules.set) {
      if (auto value = memory.read(setting.path)) memory.set(setting.field, std::move(*value));
    }
  }
  remember_persons(memory, definition, command);
  for (const SeatList& seats : definition.seats) {
    if (seats.from == command.type->name) ACTA_CHECK(remember_seats(memory, seats));
  }
  if (const auto source = definition.opinions.find(command.type->name); source != definition.opinions.end()) remember_opinion(memory, source->first, source->second);
  return memory.take();
}

}  // namespace acta
