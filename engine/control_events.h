#pragma once
// The events the engine itself records (schemas/control.fbs): plain data to entries and back. The only C++ that knows
// their fields.

#include "engine/ledger/log_keys.h"
#include "events/catalogue.h"
#include "events/envelope.h"

namespace acta {

struct GrantedFounder {
  PersonId person;
  std::vector<std::string> roles;
};

struct Opening {  // LedgerOpened
  std::string origin, facility;
  LedgerId ledger;
  std::array<std::uint8_t, 32> log_key{};
  std::vector<GrantedFounder> founders;
  Hash ledger_schema;
  bool demo = false;
  std::optional<std::uint64_t> seed;
};

struct Publication {  // SchemaPublished and DefinitionPublished
  std::string name;
  Hash digest;
  Bytes bytes;
};

enum class ClockSource : std::uint8_t { wall, simulated };

struct Suppression {  // RefusalsSuppressed
  std::uint32_t count = 0;
  Instant since, until;
};

struct RollbackIncident {  // RollbackAccepted
  std::uint64_t size = 0;          // entries found
  Hash root;                       // over them
  std::string head;                // the newest signed checkpoint, as a note
  std::uint64_t shown = 0;         // so many of the entries found are those that were once signed
  std::string why;
};

struct Anchoring {  // CheckpointAnchored
  std::uint64_t size = 0;             // of the checkpoint
  Instant stamped_at;                 // as the receipt says
  std::string checkpoint;             // the signed note: these bytes were stamped
  Bytes receipt;                      // a TimeStampResp in DER
  std::optional<Position> previous;   // of the anchor before it
};

// Entries of kind ledger, recorded by the engine; position, id and times are the sequencer's to fill in. Registers that
// follow from an entry are in its effect, which needs `position`, the place it will have.
Entry ledger_opened(const Catalogue& catalogue, const Opening& opening);
Entry schema_published(const Catalogue& catalogue, const ShippedSchema& schema, Position position);
Entry definition_published(const Catalogue& catalogue, std::string_view process, ByteView bytes, Position position);
Entry clock_confirmed(const Catalogue& catalogue, ClockSource from, std::int64_t gap_micros, Position position);
Entry refusals_suppressed(const Catalogue& catalogue, const Suppression& suppression);
Entry rollback_accepted(const Catalogue& catalogue, const RollbackIncident& incident, Position position);

Entry checkpoint_anchored(const Catalogue& catalogue, const Anchoring& anchoring, Position position);

Entry log_key_rotated(const Catalogue& catalogue, const KeyRotation& rotation, Position position);
Entry log_key_revoked(const Catalogue& catalogue, const KeyRevocation& revocation, Position position);

// Error: damaged when the payload is not of that type.
Result<Opening> read_ledger_opened(const Entry& entry);
Result<Publication> read_schema_published(const Entry& entry);
Result<Publication> read_definition_published(const Entry& entry);
Result<RollbackIncident> read_rollback_accepted(const Entry& entry);
// What verify and bundles say of it, without a full stop.
std::string sentence_of(const RollbackIncident& incident, Position position);
Result<Anchoring> read_checkpoint_anchored(const Entry& entry);

Result<KeyRotation> read_log_key_rotated(const Entry& entry);
Result<KeyRevocation> read_log_key_revoked(const Entry& entry);

// An entry says something about log keys: `keys` hears it. Error: damaged, as LogKeys has it.
bool concerns_log_keys(const Entry& entry);
Result<void> take(LogKeys& keys, const Entry& entry);

// Followed by the key in hex; the value is the position of the entry.
inline constexpr std::string_view log_key_register = "log-key/", log_key_revoked_register = "log-key-revoked/";
inline constexpr std::string_view rollback_type = "RollbackAccepted";
// One an incident, followed by its position; its value is that position.
inline constexpr std::string_view rollback_register = "rollback/";
inline constexpr std::string_view anchored_type = "CheckpointAnchored";
// The position of the newest anchor; each names the one before it.
inline constexpr std::string_view anchor_register = "anchor/newest";
inline constexpr std::string_view clock_confirmed_register = "clock/confirmed";

}  // namespace acta
