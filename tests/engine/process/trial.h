#pragma once
// given(definition).when(event).then(..): a case driven through decide() and apply(), with no ledger below.

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "engine/process/decide.h"
#include "events/draft.h"
#include "events/sha256.h"
#include "events/value.h"

namespace acta::trial {

inline std::shared_ptr<const Catalogue> office() {
  static const std::shared_ptr<const Catalogue> catalogue = [] {
    std::ifstream file(ACTA_BINARY_DIR "/test_schemas/office.bfbs", std::ios::binary);
    Bytes schema{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    auto made = Catalogue::from({std::move(schema)});
    if (!made) FAIL(made.error().message);
    return *made;
  }();
  return catalogue;
}

inline std::shared_ptr<const Definition> parse(std::string_view yaml, const std::shared_ptr<const Catalogue>& catalogue = office()) {
  auto made = Definition::parse(view(yaml), "test", *catalogue);
  if (!made) FAIL(made.error().message);
  return *made;
}

// Invented persons, told apart by one byte.
inline PersonId person(std::uint8_t number) {
  PersonId id;
  id.bytes.fill(number);
  return id;
}
inline std::string person_text(std::uint8_t number) { return to_text(person(number)); }
inline std::string plan(char digit) { return std::string(64, digit); }

struct Doing {
  std::uint8_t by = 1;                               // number of the person
  std::string role = "clerk";
  std::string reason = {};
  std::vector<std::string> evidence = {};
  std::optional<Instant> occurred_at = {};
  Precision precision = Precision::instant;
  Mark mark = Mark::recorded;
  std::optional<Revision> expected_revision = {};
  std::optional<std::uint8_t> on_behalf_of = {};
};

class Trial {
 public:
  explicit Trial(std::shared_ptr<const Definition> definition, std::shared_ptr<const Catalogue> catalogue = office())
      : definition_(std::move(definition)), catalogue_(std::move(catalogue)) {}

  // Records the event; what was decided is in `last`, what it made of the case in `state`.
  Result<Decision> when(std::string_view type, const Json& data = Json::object(), const Doing& doing = {}) {
    const Command command = command_of(type, data, doing);
    Result<Decision> decision = decide(*definition_, state ? &*state : nullptr, command, situation());
    if (!decision) return decision;
    Entry entry = command.entry;
    entry.kind = Kind::event;
    entry.position = position;
    entry.case_id = CaseId{};
    entry.revision = state ? state->revision + 1 : 1;
    entry.definition = definition_->hash();
    entry.occurred_at = decision->occurred_at;
    entry.recorded_at = now;
    entry.effect = decision->effect;
    auto applied = apply_unchecked(state.value_or(CaseState{}), entry);
    if (!applied) FAIL(applied.error().message);
    state = *applied;
    for (const Change& change : decision->effect.registers) registers.insert_or_assign(change.name, *change.value);
    position = next(position);
    return decision;
  }

  // As when, for a step that must be possible.
  Trial& given(std::string_view type, const Json& data = Json::object(), const Doing& doing = {}) {
    const auto decision = when(type, data, doing);
    if (!decision) FAIL(std::string(type) << ": " << decision.error().message);
    return *this;
  }

  Situation situation() const { return {.now = now, .position = position, .registers = &registers}; }
  std::vector<AllowedAction> allowed(const Doing& doing = {}) const { return allowed_actions(*definition_, *state, person(doing.by), doing.role, situation()); }
  std::string stage() const { return definition_->stage_of(state->configuration); }
  bool closed() const { return definition_->closed(state->configuration); }
  // The active states, joined by a space.
  std::string active() const {
    std::string line;
    for (const std::string& id : state->configuration) line += (line.empty() ? "" : " ") + id;
    return line;
  }

  std::optional<CaseState> state;
  Position position{10};
  Instant now{1'700'000'000'000'000};                // 2023-11-14
  std::map<std::string, Value> registers;

 private:
  Command command_of(std::string_view type, const Json& data, const Doing& doing) const {
    const EventType* found = catalogue_->find(type);
    if (found == nullptr) FAIL("no event type " << type);
    Command command;
    command.type = found;
    command.role = doing.role;
    command.expected_revision = doing.expected_revision;
    command.occurred_at = doing.occurred_at;
    command.entry.type = type;
    command.entry.mark = doing.mark;
    command.entry.precision = doing.precision;
    command.entry.reason = doing.reason;
    command.entry.actor = Actor{.person = person(doing.by), .role = doing.role, .on_behalf_of = {}, .delegation = {}, .proof = Proof::claimed};
    if (doing.on_behalf_of) command.entry.actor.on_behalf_of = person(*doing.on_behalf_of);
    for (const std::string& category : doing.evidence) command.entry.evidence.push_back(Evidence{.digest = {}, .size = {}, .media_type = "application/pdf", .category = category, .held = false});
    command.entry.payload = payload_of(*found, data);
    return command;
  }

  static Bytes payload_of(const EventType& type, const Json& data) {
    const auto draft = check(type, data);
    if (!draft) FAIL(type.name << ": " << draft.error().message);
    const People people{.by_handle = [](std::string_view) { return Result<PersonId>(person(99)); }, .unnamed = [](std::string_view) { return Result<PersonId>(person(98)); }};
    auto built = build(*draft, people);
    if (!built) FAIL(built.error().message);
    return std::move(built->payload);
  }

  std::shared_ptr<const Definition> definition_;
  std::shared_ptr<const Catalogue> catalogue_;
};

}  // namespace acta::trial
