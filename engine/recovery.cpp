#include "engine/recovery.h"

#include <rocksdb/env.h>

#include <algorithm>

#include "engine/disk.h"
#include "engine/folder_lock.h"
#include "engine/folders.h"
#include "engine/ledger/head_file.h"
#include "engine/published.h"
#include "engine/signing_keys.h"
#include "events/assert.h"
#include "events/sha256.h"

namespace acta {
namespace {

constexpr std::size_t why_bytes_max = 500, role_characters_max = 64;

// All that an engine opens, without the head file's consent, and without a writer that takes anybody's commands.
struct LockedHouse {
  LockedHouse(const Folders& of, rocksdb::Env* on) : folders(of), env(on != nullptr ? *on : *rocksdb::Env::Default()) {}

  const Folders& folders;
  rocksdb::Env& env;
  WallClock clock;
  std::unique_ptr<Randomness> randomness = system_randomness();
  FolderLock lock;
  std::unique_ptr<Ledger> ledger;
  Opening opening;
  std::optional<LogKeys> log_keys;
  std::shared_ptr<const Catalogue> catalogue;
  Definitions definitions;
  std::unique_ptr<KeyStore> keys;

  Result<void> open(Access access);
  Result<std::optional<TrailMark>> head_outside() const;
  Result<std::optional<Rollback>> find() const;
  std::optional<Position> recorded_incident(Rollback& rollback) const;
  Result<PersonId> known_actor(const RollbackAcceptance& acceptance);
  Result<void> write(std::function<std::vector<Entry>(Position)> entries);
  Result<void> record(Rollback& rollback, const RollbackAcceptance& acceptance);
  Result<void> move_head_file(const Rollback& rollback);
};

Result<void> LockedHouse::open(Access access) {
  ACTA_CHECK(check_format(env, folders.data));
  // Only a real disk can have another process on it.
  if (&env == rocksdb::Env::Default()) { ACTA_TRY(lock, FolderLock::take(folders.data, access)); }
  ACTA_TRY(ledger, Ledger::open({.folder = ledger_folder(folders), .env = &env, .access = access, .create = false, .sync = true}));
  ACTA_TRY(opening, load_opening(*ledger));
  ACTA_TRY(log_keys, load_log_keys(*ledger, opening));
  ACTA_TRY(catalogue, load_catalogue(*ledger));
  ACTA_TRY(definitions, load_definitions(*ledger, *catalogue));
  ACTA_TRY(keys, KeyStore::open({.folder = folders.keys, .kek_file = folders.kek, .env = &env, .randomness = randomness.get()}, opening.ledger));
  return check_log_key(*keys, *log_keys, folders.keys, access);
}

Result<std::optional<TrailMark>> LockedHouse::head_outside() const {
  if (auto unknown = head_of_unknown_key(env, folders.head, *log_keys)) return unknown;
  return read_head_file(env, folders.head, *ledger, *log_keys);
}

Result<std::optional<Rollback>> LockedHouse::find() const {
  ACTA_TRY(const auto outside, head_outside());
  if (!outside) return std::optional<Rollback>();
  const Head head = ledger->head();
  Rollback found{.ledger = opening.ledger, .outside = outside->checkpoint, .note = outside->note, .unknown_key = log_keys->signer_of(*parse_note(outside->note), outside->checkpoint.size) == HeadSigner::nobody_known, .size = head.size, .root = head.root};
  found.recorded = recorded_incident(found);
  // The incident itself may have made the ledger as long as what was lost.
  if (found.recorded) return std::optional(std::move(found));
  if (found.outside.size <= head.size) {
    ACTA_CHECK(check_head_file(env, folders.head, *ledger, *log_keys));
    return std::optional<Rollback>();
  }
  ACTA_TRY(found.shown, size_shown_by_trail(env, folders.head, *ledger, *log_keys));
  return std::optional(std::move(found));
}

// Nothing is written to a locked ledger but the incident: it is the last entry, or it is not recorded.
std::optional<Position> LockedHouse::recorded_incident(Rollback& rollback) const {
  const Position last{rollback.size - 1};
  const auto entry = ledger->read(last);
  if (!entry || entry->type != rollback_type) return std::nullopt;
  const auto incident = read_rollback_accepted(*entry);
  if (!incident || incident->head != rollback.note) return std::nullopt;
  rollback.size = incident->size;
  rollback.root = incident->root;
  rollback.shown = incident->shown;
  return last;
}

Result<PersonId> LockedHouse::known_actor(const RollbackAcceptance& acceptance) {
  const auto person = keys->find_person(acceptance.actor);
  const bool granted = person && ledger->reg("role/" + to_text(*person) + "/" + acceptance.role).has_value();
  if (acceptance.role.size() > role_characters_max || !(granted || definitions.know_role(acceptance.role))) return error(Code::denied, "no process and no founder knows this role");
  return keys->person(acceptance.actor);
}

Result<void> LockedHouse::write(std::function<std::vector<Entry>(Position)> entries) {
  Sequencer sequencer({
      .ledger = ledger.get(),
      .clock = &clock,
      .randomness = randomness.get(),
      .catalogue = catalogue.get(),
      .measures = nullptr,
      .definition = [this](const Hash& hash) { return definitions.find(hash); },
      .opened_by = [this](std::string_view type) { return definitions.opened_by(type); },
      .may_write = [] { return Result<void>(); },
      .fail_stop = [](const Error&) {},   // what is asked next is answered with it
  });
  const auto written = sequencer.submit_own(std::move(entries)).get();
  if (!written) return written.error();
  return {};
}

Result<void> check_acceptance(const Rollback& rollback, const RollbackAcceptance& acceptance) {
  if (acceptance.why.empty() || acceptance.why.size() > why_bytes_max) return error(Code::invalid, "say why, in at most " + std::to_string(why_bytes_max) + " bytes: it is recorded for everybody who checks the ledger");
  if (acceptance.signed_size == rollback.outside.size && acceptance.size == rollback.size) return {};
  return error(Code::conflict, "the sizes you confirm are not those found: the head file was signed at " + std::to_string(rollback.outside.size) + " entries, the ledger has " + std::to_string(rollback.size));
}

const ShippedSchema& shipped_schema() {
  const auto& all = shipped_control_schemas();
  const auto found = std::find_if(all.begin(), all.end(), [](const ShippedSchema& one) { return one.name == rollback_schema; });
  ACTA_ASSERT(found != all.end());
  return *found;
}

// The first incident brings the schema that describes it, in the same synced write.
Result<void> LockedHouse::record(Rollback& rollback, const RollbackAcceptance& acceptance) {
  ACTA_TRY(const PersonId person, known_actor(acceptance));
  const ShippedSchema& schema = shipped_schema();
  const bool unknown = !ledger->reg("schema/" + to_text(sha256(schema.bytes))).has_value();
  ACTA_TRY(const auto known, Catalogue::from({Bytes(schema.bytes.begin(), schema.bytes.end())}));
  const RollbackIncident incident{.size = rollback.size, .root = rollback.root, .head = rollback.note, .shown = rollback.shown, .why = acceptance.why};
  ACTA_CHECK(write([&](Position position) {
    std::vector<Entry> entries;
    if (unknown) entries.push_back(schema_published(*catalogue, schema, position));
    entries.push_back(rollback_accepted(*known, incident, Position{position.value + entries.size()}));
    entries.back().actor = Actor{.person = person, .role = acceptance.role, .on_behalf_of = {}, .delegation = {}, .proof = Proof::claimed};
    return entries;
  }));
  rollback.recorded = Position{ledger->head().size - 1};
  return {};
}

// What was signed beyond the ledger is never signed again: the trail forgets it, the incident keeps it.
Result<void> LockedHouse::move_head_file(const Rollback& rollback) {
  const Head head = ledger->head();
  const Checkpoint next{.origin = opening.origin, .size = head.size, .root = head.root};
  ACTA_TRY(const auto key, find_signing_key(*keys, log_keys->current().key));
  const std::string note = sign_checkpoint(next, *key);
  ACTA_TRY(auto trail, read_trail(env, folders.head, *log_keys, rollback.size));
  add_mark(trail, {.checkpoint = next, .note = note});
  ACTA_CHECK(write_trail(env, folders.head, trail));
  ACTA_CHECK(write_file_durably(env, folders.head, view(std::string_view(note))));
  return ledger->store_checkpoint(next.size, note);
}

}  // namespace

Result<std::optional<Rollback>> find_rollback(const Folders& folders, rocksdb::Env* env) {
  LockedHouse house(folders, env);
  ACTA_CHECK(house.open(Access::read));
  return house.find();
}

Result<Rollback> accept_rollback(const Folders& folders, const RollbackAcceptance& acceptance, rocksdb::Env* env) {
  LockedHouse house(folders, env);
  ACTA_CHECK(house.open(Access::write));
  ACTA_TRY(std::optional<Rollback> found, house.find());
  if (!found) return error(Code::conflict, "the ledger fits its head file: there is nothing to accept");
  ACTA_CHECK(check_acceptance(*found, acceptance));
  if (!found->recorded) ACTA_CHECK(house.record(*found, acceptance));
  if (acceptance.forget) ACTA_CHECK(acceptance.forget(*found));
  ACTA_CHECK(house.move_head_file(*found));
  ACTA_CHECK(house.ledger->close());
  return *std::move(found);
}

}  // namespace acta
