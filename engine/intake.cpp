#include "engine/intake.h"

#include <algorithm>

#include "engine/privacy/box.h"
#include "engine/privacy/digest.h"
#include "engine/submission_form.h"

namespace acta {
namespace {

// Which event types open a case: told to whoever tried another.
std::vector<std::string> opening_types(const Catalogue& catalogue, const Definitions& definitions) {
  std::vector<std::string> types;
  for (const EventType& type : catalogue.types()) {
    if (definitions.opened_by(type.name)) types.push_back(type.name);
  }
  return types;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text.append(text.empty() ? "" : ", ").append(name);
  return text;
}

Error role_unknown(const Submission& submission, const Definition& definition) {
  return error(Code::denied, submission.role.empty() ? "no role was given: " + definition.process() + " knows " + joined(definition.roles())
                                                     : "process " + definition.process() + " knows no such role; it knows " + joined(definition.roles()));
}

Entry entry_of(const Submission& submission, const EventType& type) {
  Entry entry;
  entry.kind = Kind::event;
  entry.mark = submission.mark;
  entry.type = type.name;
  entry.version = type.version;
  entry.schema = type.schema;
  entry.precision = submission.precision.value_or(Precision::instant);
  entry.actor.role = submission.role;
  entry.actor.proof = Proof::claimed;
  entry.correlation = submission.correlation;
  entry.reason = submission.reason;
  entry.evidence = submission.evidence;
  entry.retention = type.retention;
  entry.source = submission.source;
  entry.invented = submission.invented;
  if (is_traceparent(submission.trace)) entry.trace = submission.trace;
  return entry;
}

const Box* box_of(const Entry& entry, const PersonalPart& part) {
  const auto found = std::find_if(entry.sealed.begin(), entry.sealed.end(), [&](const Box& box) { return box.person == part.person && box.retention == part.retention; });
  return found == entry.sealed.end() ? nullptr : &*found;
}

// The key that this part was or would have been sealed under when the command was recorded.
Result<PersonKey> key_used(const KeyStore& keys, const PersonalPart& part, const Entry& before) {
  const Box* box = box_of(before, part);
  const std::optional<PersonKey> key = box ? keys.find_key(part.person, part.retention, box->epoch) : keys.newest_key(part.person, part.retention);
  if (key) return *key;
  if (box) return error(Code::gone, "entry " + std::to_string(before.position.value) + " was recorded under this idempotency key; its personal data are erased, so the request can no longer be compared");
  return error(Code::key_reused, "this idempotency key was used for another request, recorded as entry " + std::to_string(before.position.value) + ": use a new key");
}

}  // namespace

Result<Intake::Prepared> Intake::prepare(const Submission& submission, std::shared_ptr<Series> series) {
  ACTA_CHECK(check_form(submission));
  ACTA_TRY(const auto definition, definition_for(submission));
  if (!definition->knows_role(submission.role)) return role_unknown(submission, *definition);
  ACTA_TRY(const PersonId actor, actor_of(submission));
  const CommandId id = command_id(options_.genesis->ledger, actor, submission.key);
  ACTA_TRY(Flights::Flight flight, flights_.take_off(id));
  ACTA_TRY(const std::optional<Entry> before, recorded_before(id));
  if (!before) ACTA_CHECK(options_.may_write());

  ACTA_TRY(BuiltEvent built, build(*submission.draft, people(id)));
  ACTA_TRY(const std::vector<PersonKey> keys, keys_for(built, before));
  const EventType& type = submission.draft->type();
  Command command{.case_id = submission.case_id, .expected_revision = submission.expected_revision, .id = id, .body = body_digest(options_.keys->command_secret(), submission, built.personal, keys), .entry = entry_of(submission, type), .type = &type, .role = submission.role, .occurred_at = submission.occurred_at, .series = std::move(series), .opens = {}};
  command.entry.actor.person = actor;
  command.entry.event_id = EventId{uuid_v7(options_.clock->now(), *options_.randomness)};
  ACTA_CHECK(seal_into(command.entry, built, keys));
  command.entry.payload = std::move(built.payload);
  if (command.series && !command.case_id) command.opens = case_ahead(before, definition);
  return Prepared{.command = std::move(command), .flight = std::move(flight)};
}

// What was recorded before was on the case of then. Nobody else can open one under this command id meanwhile: it is in flight.
CaseId Intake::case_ahead(const std::optional<Entry>& before, const std::shared_ptr<const Definition>& definition) {
  if (before) return before->case_id.value_or(CaseId{});
  const CaseId id{uuid_v7(options_.clock->now(), *options_.randomness)};
  pinned_.put(id, definition);
  return id;
}

Result<std::shared_ptr<const Definition>> Intake::definition_of(const CaseId& id) {
  if (auto known = pinned_.find(id)) return known;
  ACTA_TRY(const std::optional<CaseState> state, options_.ledger->state(id));
  if (!state) return error(Code::not_found, "there is no case " + to_text(id));
  auto found = options_.definitions->find(state->definition);
  if (!found) return error(Code::damaged, "the definition of case " + to_text(id) + " is not in the ledger");
  pinned_.put(id, found);
  return found;
}

Result<std::shared_ptr<const Definition>> Intake::definition_for(const Submission& submission) {
  if (submission.case_id) return definition_of(*submission.case_id);
  const std::string& type = submission.draft->type().name;
  if (auto opening = options_.definitions->opened_by(type)) return opening;
  Error failure = error(Code::conflict, type + " opens no case");
  failure.allowed = opening_types(*options_.catalogue, *options_.definitions);
  if (!failure.allowed.empty()) failure.message += "; a case begins with " + joined(failure.allowed);
  return failure;
}

Result<PersonId> Intake::actor_of(const Submission& submission) {
  if (const auto known = options_.keys->find_person(submission.actor)) return *known;
  ACTA_CHECK(options_.may_write());
  return options_.keys->person(submission.actor);
}

Result<std::optional<Entry>> Intake::recorded_before(const CommandId& id) const {
  const std::optional<SeenCommand> seen = options_.ledger->command(id);
  if (!seen) return std::optional<Entry>();
  ACTA_TRY(Entry entry, options_.ledger->read(seen->first));
  return std::optional(std::move(entry));
}

People Intake::people(const CommandId& id) {
  return People{.by_handle = [this](std::string_view handle) { return options_.keys->person(handle); },
                .unnamed = [this, id](std::string_view of_field) { return Result<PersonId>(unnamed_person(options_.keys->command_secret(), id, of_field)); }};
}

Result<std::vector<PersonKey>> Intake::keys_for(const BuiltEvent& built, const std::optional<Entry>& before) {
  std::vector<PersonKey> keys;
  for (const PersonalPart& part : built.personal) {
    ACTA_TRY(const PersonKey key, before ? key_used(*options_.keys, part, *before) : options_.keys->key(part.person, part.retention));
    keys.push_back(key);
  }
  return keys;
}

Result<void> Intake::seal_into(Entry& entry, const BuiltEvent& built, std::span<const PersonKey> keys) {
  const BoxContext context{.origin = options_.genesis->origin, .event_id = entry.event_id, .type = entry.type, .version = entry.version};
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const PersonalPart& part = built.personal[i];
    ACTA_TRY(Box box, seal(part.plaintext, part.person, part.retention, keys[i], context, *options_.randomness));
    entry.sealed.push_back(std::move(box));
  }
  return {};
}

}  // namespace acta
