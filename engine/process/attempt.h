#pragma once
// One attempt to record an event, and the questions its rules ask.

#include "engine/process/decide.h"
#include "engine/process/model.h"

namespace acta {

struct Recorder {
  std::optional<PersonId> person, on_behalf_of;   // absent: the engine itself
  std::string_view role;
};

// What a rule that does not hold has to say.
struct Objection {
  std::string rule;                               // control word and group
  std::string why;
  std::optional<Position> conflict;               // the entry it collides with, when there is one
};

// The case as the chart sees it.
struct Place {
  chart::Configuration configuration;
  chart::HistoryValues history;
};
Place place_of(const chart::Chart& chart, const CaseState& state);

using Data = std::map<std::string, Value>;
const List* find_list(const Data& data, const std::string& name);
const AnyId* find_id(const List& list, std::size_t index);
std::optional<Position> find_position(const List& list, std::size_t index);

// Authority. `data` is null while a case is being opened.
bool may_record(const Definition::Impl& definition, const Rules& rules, const Recorder& recorder, const Data* data);
// Does the recorder represent the seat of this body; any seat of the list when no body is named?
bool represents(const SeatRule& rule, const Recorder& recorder, const Data& data, const std::optional<Value>& body);
std::string who_may(const Definition::Impl& definition, const Rules& rules);

std::optional<Objection> distinct_persons_objection(const Definition::Impl& definition, std::string_view event, const Recorder& recorder, const Data& data);
// Sets that have a group for this event, or a `never` about one: what is checked when it is recorded.
std::vector<std::string> distinct_sets_about(const Definition::Impl& definition, std::string_view event);

// One counted opinion.
struct CountedOpinion {
  std::string body, value;
  Value about;
  Position position;
};
// The seats' opinions, whatever they are about.
std::vector<CountedOpinion> opinions_of(const Quorum& quorum, const Data& data);
std::optional<Objection> quorum_objection(const Quorum& quorum, const std::vector<CountedOpinion>& opinions, const std::optional<Value>& about);

// Who may record an event by these transitions, and with what; nothing about this or that person.
AllowedAction accepted_action(const Definition::Impl& definition, const std::string& event, const std::vector<chart::TransitionIndex>& selected);

// Event types the case accepts now, in document order.
std::vector<std::string> accepted_events(const Definition::Impl& definition, const Place& place);

// Changes of case data beyond the rules: `set`, and what distinct_persons, seats and quorum will want to know.
Result<std::vector<Change>> data_changes(const Definition::Impl& definition, const std::vector<chart::TransitionIndex>& selected, const CaseState* state, const Command& command, Position position);

}  // namespace acta
