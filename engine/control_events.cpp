#include "engine/control_events.h"

#include <algorithm>

#include "events/assert.h"
#include "events/sha256.h"
#include "events/value.h"
#include "schemas/control/log_keys_generated.h"
#include "schemas/control/rollback_generated.h"
#include "schemas/control/time_stamps_generated.h"
#include "schemas/control_generated.h"

namespace acta {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
using flatbuffers::String;

constexpr std::string_view opened_type = "LedgerOpened";
constexpr std::string_view schema_type = "SchemaPublished";
constexpr std::string_view definition_type = "DefinitionPublished";
constexpr std::string_view clock_type = "ClockConfirmed";
constexpr std::string_view suppressed_type = "RefusalsSuppressed";
constexpr std::string_view rotated_type = "LogKeyRotated";
constexpr std::string_view revoked_type = "LogKeyRevoked";

template <class Struct, std::size_t size>
Struct to_struct(const std::array<std::uint8_t, size>& bytes) {
  return Struct(flatbuffers::span<const std::uint8_t, size>(bytes.data(), size));
}

template <std::size_t size, class Struct>
std::array<std::uint8_t, size> from_struct(const Struct& held) {
  std::array<std::uint8_t, size> bytes{};
  std::copy_n(held.bytes()->data(), size, bytes.begin());
  return bytes;
}

std::string text_of(const String* held) { return held ? held->str() : std::string(); }

template <class Table>
Bytes finish(FlatBufferBuilder& builder, Offset<Table> root) {
  builder.Finish(root);
  return Bytes(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
}

Entry own_entry(const Catalogue& catalogue, std::string_view type, Bytes payload) {
  const EventType* found = catalogue.find(type);
  ACTA_ASSERT(found != nullptr);
  Entry entry;
  entry.kind = Kind::ledger;
  entry.type = found->name;
  entry.version = found->version;
  entry.schema = found->schema;
  entry.actor.proof = Proof::engine;
  entry.retention = found->retention;
  entry.payload = std::move(payload);
  return entry;
}

void set_register(Entry& entry, std::string name, Value value) {
  if (!entry.effect) entry.effect.emplace();
  entry.effect->registers.push_back(Change{.name = std::move(name), .value = std::move(value)});
}

Value number_of(Position position) { return number(static_cast<std::int64_t>(position.value)); }

Error not_of_its_type(const Entry& entry) {
  Error failure = error(Code::damaged, "entry " + std::to_string(entry.position.value) + ": its payload is no " + entry.type);
  failure.position = entry.position.value;
  return failure;
}

// The payload as a table whose every offset was checked; null when it is something else.
template <class Table>
const Table* verified(const Entry& entry, std::string_view type) {
  flatbuffers::Verifier verifier(entry.payload.data(), entry.payload.size());
  if (entry.type != type || !verifier.VerifyBuffer<Table>(nullptr)) return nullptr;
  return flatbuffers::GetRoot<Table>(entry.payload.data());
}

Offset<control::FounderGranted> put_founder(FlatBufferBuilder& builder, const GrantedFounder& founder) {
  const auto person = to_struct<common::PersonId>(founder.person.bytes);
  return control::CreateFounderGranted(builder, &person, builder.CreateVectorOfStrings(founder.roles));
}

GrantedFounder read_founder(const control::FounderGranted& held) {
  GrantedFounder founder;
  if (held.person()) founder.person.bytes = from_struct<16>(*held.person());
  if (!held.roles()) return founder;
  for (const String* role : *held.roles()) founder.roles.push_back(role->str());
  return founder;
}

Bytes payload_of(const Opening& opening) {
  FlatBufferBuilder builder;
  std::vector<Offset<control::FounderGranted>> founders;
  for (const GrantedFounder& founder : opening.founders) founders.push_back(put_founder(builder, founder));
  const auto ledger = to_struct<common::PersonId>(opening.ledger.bytes);
  const auto log_key = to_struct<common::Digest>(opening.log_key);
  const auto schema = to_struct<common::Digest>(opening.ledger_schema.bytes);
  const auto seed = opening.seed ? flatbuffers::Optional<std::uint64_t>(*opening.seed) : flatbuffers::nullopt;
  return finish(builder, control::CreateLedgerOpenedDirect(builder, format_version, opening.origin.c_str(), &ledger, &log_key, opening.facility.c_str(), &founders, &schema, opening.demo, seed));
}

Offset<flatbuffers::Vector<std::uint8_t>> put_signature(FlatBufferBuilder& builder, const SignatureBytes& signature) { return builder.CreateVector(signature.data(), signature.size()); }

std::optional<SignatureBytes> read_signature(const flatbuffers::Vector<std::uint8_t>* held) {
  SignatureBytes signature{};
  if (!held || held->size() != signature.size()) return std::nullopt;
  std::copy(held->begin(), held->end(), signature.begin());
  return signature;
}

template <class Table>
Result<Publication> read_publication(const Entry& entry, const Table* held, const String* (Table::*name)() const) {
  if (!held || !held->digest() || !held->bytes()) return not_of_its_type(entry);
  Publication publication{.name = text_of((held->*name)()), .digest = Hash{from_struct<32>(*held->digest())}, .bytes = Bytes(held->bytes()->begin(), held->bytes()->end())};
  if (sha256(publication.bytes) != publication.digest) return not_of_its_type(entry);
  return publication;
}

}  // namespace

Entry ledger_opened(const Catalogue& catalogue, const Opening& opening) {
  Entry entry = own_entry(catalogue, opened_type, payload_of(opening));
  for (const GrantedFounder& founder : opening.founders) {
    for (const std::string& role : founder.roles) set_register(entry, "role/" + to_text(founder.person) + "/" + role, flag(true));
  }
  return entry;
}

Entry schema_published(const Catalogue& catalogue, const ShippedSchema& schema, Position position) {
  const Hash hash = sha256(schema.bytes);
  const auto digest = to_struct<common::Digest>(hash.bytes);
  FlatBufferBuilder builder;
  const auto name = builder.CreateString(schema.name.data(), schema.name.size());
  const auto bytes = builder.CreateVector(schema.bytes.data(), schema.bytes.size());
  Entry entry = own_entry(catalogue, schema_type, finish(builder, control::CreateSchemaPublished(builder, name, &digest, bytes)));
  set_register(entry, "schema/" + to_text(hash), number_of(position));
  return entry;
}

Entry definition_published(const Catalogue& catalogue, std::string_view process, ByteView yaml, Position position) {
  const Hash hash = sha256(yaml);
  const auto digest = to_struct<common::Digest>(hash.bytes);
  FlatBufferBuilder builder;
  const auto name = builder.CreateString(process.data(), process.size());
  const auto bytes = builder.CreateVector(yaml.data(), yaml.size());
  Entry entry = own_entry(catalogue, definition_type, finish(builder, control::CreateDefinitionPublished(builder, name, &digest, bytes)));
  set_register(entry, "definition-at/" + to_text(hash), number_of(position));
  set_register(entry, "definition/" + std::string(process), text(to_text(hash)));
  return entry;
}

Entry clock_confirmed(const Catalogue& catalogue, ClockSource from, std::int64_t gap_micros, Position position) {
  FlatBufferBuilder builder;
  const char* source = from == ClockSource::wall ? "wall" : "simulated";
  Entry entry = own_entry(catalogue, clock_type, finish(builder, control::CreateClockConfirmedDirect(builder, source, gap_micros)));
  set_register(entry, std::string(clock_confirmed_register), number_of(position));
  return entry;
}

Entry refusals_suppressed(const Catalogue& catalogue, const Suppression& suppression) {
  FlatBufferBuilder builder;
  return own_entry(catalogue, suppressed_type, finish(builder, control::CreateRefusalsSuppressed(builder, suppression.count, suppression.since.micros, suppression.until.micros)));
}

Entry log_key_rotated(const Catalogue& catalogue, const KeyRotation& rotation, Position position) {
  FlatBufferBuilder builder;
  const auto previous = to_struct<common::Digest>(rotation.previous);
  const auto next = to_struct<common::Digest>(rotation.next);
  const auto signature = put_signature(builder, rotation.signature);
  const auto acceptance = put_signature(builder, rotation.acceptance);
  Entry entry = own_entry(catalogue, rotated_type, finish(builder, log_keys::CreateLogKeyRotated(builder, &previous, &next, signature, acceptance)));
  set_register(entry, std::string(log_key_register) + to_hex(rotation.next), number_of(position));
  return entry;
}

Entry log_key_revoked(const Catalogue& catalogue, const KeyRevocation& revocation, Position position) {
  FlatBufferBuilder builder;
  const auto key = to_struct<common::Digest>(revocation.key);
  Entry entry = own_entry(catalogue, revoked_type, finish(builder, log_keys::CreateLogKeyRevoked(builder, &key, revocation.counts)));
  set_register(entry, std::string(log_key_revoked_register) + to_hex(revocation.key), number_of(position));
  return entry;
}

Entry rollback_accepted(const Catalogue& catalogue, const RollbackIncident& incident, Position position) {
  FlatBufferBuilder builder;
  const auto root = to_struct<common::Digest>(incident.root.bytes);
  Entry entry = own_entry(catalogue, rollback_type, finish(builder, rollback::CreateRollbackAcceptedDirect(builder, incident.size, &root, incident.head.c_str(), incident.shown, incident.why.c_str())));
  set_register(entry, std::string(rollback_register) + std::to_string(position.value), number_of(position));
  return entry;
}

Entry checkpoint_anchored(const Catalogue& catalogue, const Anchoring& anchoring, Position position) {
  FlatBufferBuilder builder;
  const auto checkpoint = builder.CreateString(anchoring.checkpoint);
  const auto receipt = builder.CreateVector(anchoring.receipt);
  const auto previous = anchoring.previous ? flatbuffers::Optional<std::uint64_t>(anchoring.previous->value) : flatbuffers::nullopt;
  Entry entry = own_entry(catalogue, anchored_type, finish(builder, time_stamps::CreateCheckpointAnchored(builder, anchoring.size, anchoring.stamped_at.micros, checkpoint, receipt, previous)));
  set_register(entry, std::string(anchor_register), number_of(position));
  return entry;
}

Result<Opening> read_ledger_opened(const Entry& entry) {
  const auto* held = verified<control::LedgerOpened>(entry, opened_type);
  if (!held || !held->ledger_id() || !held->log_key() || !held->ledger_schema()) return not_of_its_type(entry);
  Opening opening{.origin = text_of(held->origin()), .facility = text_of(held->facility()), .ledger = LedgerId{from_struct<16>(*held->ledger_id())}, .log_key = from_struct<32>(*held->log_key()), .founders = {}, .ledger_schema = Hash{from_struct<32>(*held->ledger_schema())}, .demo = held->demo().value_or(false), .seed = {}};
  if (held->seed()) opening.seed = *held->seed();
  if (!held->founders()) return opening;
  for (const auto* founder : *held->founders()) opening.founders.push_back(read_founder(*founder));
  return opening;
}

Result<Publication> read_schema_published(const Entry& entry) {
  return read_publication(entry, verified<control::SchemaPublished>(entry, schema_type), &control::SchemaPublished::name);
}

Result<Publication> read_definition_published(const Entry& entry) {
  return read_publication(entry, verified<control::DefinitionPublished>(entry, definition_type), &control::DefinitionPublished::process);
}

Result<KeyRotation> read_log_key_rotated(const Entry& entry) {
  const auto* held = verified<log_keys::LogKeyRotated>(entry, rotated_type);
  if (!held || !held->previous() || !held->next()) return not_of_its_type(entry);
  const auto signature = read_signature(held->signature()), acceptance = read_signature(held->acceptance());
  if (!signature || !acceptance) return not_of_its_type(entry);
  return KeyRotation{.previous = from_struct<32>(*held->previous()), .next = from_struct<32>(*held->next()), .signature = *signature, .acceptance = *acceptance};
}

Result<KeyRevocation> read_log_key_revoked(const Entry& entry) {
  const auto* held = verified<log_keys::LogKeyRevoked>(entry, revoked_type);
  if (!held || !held->key() || !held->counts()) return not_of_its_type(entry);
  return KeyRevocation{.key = from_struct<32>(*held->key()), .counts = *held->counts()};
}

bool concerns_log_keys(const Entry& entry) { return entry.kind == Kind::ledger && (entry.type == rotated_type || entry.type == revoked_type); }

Result<void> take(LogKeys& keys, const Entry& entry) {
  if (entry.type == rotated_type) {
    ACTA_TRY(const KeyRotation rotation, read_log_key_rotated(entry));
    return keys.rotate(entry.position, rotation);
  }
  ACTA_TRY(const KeyRevocation revocation, read_log_key_revoked(entry));
  return keys.revoke(entry.position, revocation);
}

Result<RollbackIncident> read_rollback_accepted(const Entry& entry) {
  const auto* held = verified<rollback::RollbackAccepted>(entry, rollback_type);
  if (!held || !held->root()) return not_of_its_type(entry);
  return RollbackIncident{.size = held->size().value_or(0), .root = Hash{from_struct<32>(*held->root())}, .head = text_of(held->head()), .shown = held->shown().value_or(0), .why = text_of(held->why())};
}

Result<Anchoring> read_checkpoint_anchored(const Entry& entry) {
  const auto* held = verified<time_stamps::CheckpointAnchored>(entry, anchored_type);
  if (!held || !held->size() || !held->stamped_at() || !held->checkpoint() || !held->receipt()) return not_of_its_type(entry);
  Anchoring anchoring{.size = *held->size(), .stamped_at = Instant{*held->stamped_at()}, .checkpoint = text_of(held->checkpoint()), .receipt = Bytes(held->receipt()->begin(), held->receipt()->end()), .previous = {}};
  if (held->previous()) anchoring.previous = Position{*held->previous()};
  return anchoring;
}

std::string sentence_of(const RollbackIncident& incident, Position position) {
  const auto size = incident.head.find('\n');
  const auto end = size == std::string::npos ? size : incident.head.find('\n', size + 1);
  const std::string lost = end == std::string::npos ? "an unknown number of" : incident.head.substr(size + 1, end - size - 1);
  return "a rollback was accepted at position " + std::to_string(position.value) + ": " + lost + " entries had been signed, " + std::to_string(incident.size) + " were found, and what came after them is lost (" + incident.why + ")";
}

}  // namespace acta
