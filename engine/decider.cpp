#include "engine/decider.h"

#include <algorithm>

#include "engine/refusal_answer.h"
#include "events/assert.h"

namespace acta {
namespace {

Recorded recorded(const Entry& last, Position first, std::uint16_t count, bool replayed) {
  return Recorded{.case_id = last.case_id.value_or(CaseId{}), .revision = last.revision.value_or(0), .first = first, .count = count, .replayed = replayed};
}

Entry refusal_entry(const Command& command, const CaseState* state, const Error& refusal, Position position, Instant now) {
  Entry entry;
  entry.kind = Kind::refusal;
  entry.mark = command.entry.mark;
  entry.position = position;
  entry.event_id = command.entry.event_id;
  entry.type = command.entry.type;
  entry.version = command.entry.version;
  entry.occurred_at = now;
  entry.recorded_at = now;
  entry.actor = command.entry.actor;
  entry.correlation = command.entry.correlation;
  entry.command = CommandRef{.id = command.id, .body = command.body};
  entry.retention = command.entry.retention;
  entry.source = command.entry.source;
  entry.trace = command.entry.trace;
  entry.rule = refusal.rule;
  if (refusal.position) entry.conflict = Position{*refusal.position};
  if (!state) return entry;  // a refused opening belongs to no case
  entry.case_id = state->id;
  entry.revision = state->revision;
  entry.definition = state->definition;
  return entry;
}

}  // namespace

Instant Decider::now() const { return std::max(options_.clock->now(), options_.ledger->last_recorded_at()); }

Position Decider::next_position() const { return Position{options_.ledger->staged_size()}; }

Result<void> Decider::count_recent_refusals() {
  const Ledger& ledger = *options_.ledger;
  const std::int64_t hour = RefusalBounds::hour_of(ledger.last_recorded_at());
  const std::uint64_t size = ledger.head().size;
  const std::uint64_t first = size - std::min(size, options_.look_back_max);
  for (std::uint64_t at = size; at > first; --at) {
    ACTA_TRY(const Entry entry, ledger.read(Position{at - 1}));
    if (RefusalBounds::hour_of(entry.recorded_at) != hour) break;
    if (entry.kind == Kind::refusal && entry.actor.person) bounds_.count_recorded(*entry.actor.person, entry.recorded_at);
  }
  return {};
}

Result<Recorded> Decider::decide(Command command, Batch& batch) {
  ACTA_ASSERT(command.type != nullptr && command.entry.actor.person);
  if (const auto seen = options_.ledger->staged_command(command.id)) return replay(*seen, command);
  ACTA_CHECK(options_.may_write());
  if (batch.empty()) ACTA_CHECK(options_.has_room());
  const Instant at = now();
  ACTA_CHECK(close_hour(at, batch));
  ACTA_TRY(const Subject subject, subject_of(command));
  const Situation situation{.now = at, .position = next_position(), .registers = &options_.ledger->registers()};
  Result<Decision> decision = acta::decide(*subject.definition, subject.state.get(), command, situation);
  if (decision) return accept(std::move(command), subject, *std::move(decision), at, batch);
  if (decision.error().code != Code::refused) return std::move(decision).error();
  return refuse(command, subject, decision.error(), at, batch);
}

Result<Recorded> Decider::replay(const SeenCommand& seen, const Command& command) const {
  const Ledger& ledger = *options_.ledger;
  if (seen.first.value >= ledger.head().size) return error(Code::in_flight, "a command with this idempotency key is being written");
  ACTA_TRY(const Entry first, ledger.read(seen.first));
  if (!first.command || first.command->body != command.body) return error(Code::key_reused, "this idempotency key was used for another request, recorded as entry " + std::to_string(seen.first.value) + ": use a new key");
  if (first.kind == Kind::refusal) return refusal_answer(first);
  if (seen.count == 1) return recorded(first, seen.first, 1, true);
  ACTA_TRY(const Entry last, ledger.read(Position{seen.first.value + seen.count - 1}));
  return recorded(last, seen.first, seen.count, true);
}

Result<Decider::Subject> Decider::subject_of(const Command& command) const {
  if (!command.case_id) {
    auto definition = options_.opened_by(command.type->name);
    if (!definition) return error(Code::conflict, "no process opens with " + command.type->name);
    return Subject{.definition = std::move(definition), .state = {}};
  }
  ACTA_TRY(std::shared_ptr<const CaseState> state, options_.ledger->staged_state(*command.case_id));
  if (!state) return error(Code::not_found, "there is no case " + to_text(*command.case_id));
  auto definition = options_.definition(state->definition);
  if (!definition) return error(Code::damaged, "the definition of case " + to_text(*command.case_id) + " is not in the ledger");
  return Subject{.definition = std::move(definition), .state = std::move(state)};
}

Result<Recorded> Decider::accept(Command command, const Subject& subject, Decision decision, Instant at, Batch& batch) {
  Entry entry = std::move(command.entry);
  entry.kind = Kind::event;
  entry.position = next_position();
  entry.case_id = subject.state ? subject.state->id : command.opens ? *command.opens : CaseId{uuid_v7(at, *options_.randomness)};
  entry.revision = subject.state ? subject.state->revision + 1 : 1;
  entry.occurred_at = decision.occurred_at;
  entry.precision = decision.precision;
  entry.recorded_at = at;
  entry.definition = subject.definition->hash();
  entry.command = CommandRef{.id = command.id, .body = command.body};
  entry.facts = std::move(decision.facts);
  entry.effect = std::move(decision.effect);
  const Recorded answer = recorded(entry, entry.position, 1, false);
  ACTA_CHECK(options_.ledger->stage({std::move(entry)}, batch));
  return answer;
}

Error Decider::refuse(const Command& command, const Subject& subject, const Error& refusal, Instant at, Batch& batch) {
  Entry entry = refusal_entry(command, subject.state.get(), refusal, next_position(), at);
  if (!bounds_.admit(*entry.actor.person, at)) return unrecorded_refusal(entry);
  const Error answer = refusal_answer(entry);
  if (auto staged = options_.ledger->stage({std::move(entry)}, batch); !staged) return std::move(staged).error();
  return answer;
}

Result<Recorded> Decider::write_own(const std::function<std::vector<Entry>(Position)>& write, Batch& batch) {
  const Instant at = now();
  const Position first = next_position();
  std::vector<Entry> entries = write(first);
  ACTA_ASSERT(!entries.empty());
  Position position = first;
  for (Entry& entry : entries) {
    entry.position = position;
    entry.event_id = EventId{uuid_v7(at, *options_.randomness)};
    entry.occurred_at = at;
    entry.recorded_at = at;
    position = next(position);
  }
  const Recorded answer{.case_id = {}, .revision = 0, .first = first, .count = static_cast<std::uint16_t>(entries.size()), .replayed = false};
  ACTA_CHECK(options_.ledger->stage(std::move(entries), batch));
  return answer;
}

Result<void> Decider::close_hour(Instant at, Batch& batch) {
  const std::optional<Suppression> over = bounds_.turn(at);
  return over ? stage_suppression(*over, batch) : Result<void>{};
}

Result<void> Decider::finish(Batch& batch) {
  const std::optional<Suppression> counted = bounds_.finish();
  return counted ? stage_suppression(*counted, batch) : Result<void>{};
}

Result<void> Decider::stage_suppression(const Suppression& suppression, Batch& batch) {
  ACTA_CHECK(write_own([&](Position) { return std::vector{refusals_suppressed(*options_.catalogue, suppression)}; }, batch));
  return {};
}

}  // namespace acta
