#pragma once
// One entry of the ledger as plain data: the C++ face of schemas/ledger.fbs, field by field.

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "events/ids.h"
#include "events/time.h"

namespace acta {

inline constexpr std::uint16_t format_version = 1;
inline constexpr std::size_t entry_bytes_max = 65'535;  // an entry bundle prefixes each entry with two bytes

enum class Kind : std::uint8_t { unset, event, refusal, notice, ledger };
enum class Mark : std::uint8_t { unset, recorded, imported, synthetic };
enum class Precision : std::uint8_t { unset, instant, day, month, year };
enum class Proof : std::uint8_t { unset, engine, claimed, session, api_key, mutual_tls };
enum class ClockState : std::uint8_t { unset, running, paused, met, breached, voided };

std::string_view name_of(Kind kind);
std::string_view name_of(Mark mark);
std::string_view name_of(Precision precision);
std::string_view name_of(Proof proof);
std::string_view name_of(ClockState state);
std::optional<Precision> parse_precision(std::string_view name);

struct Money {
  std::int64_t minor = 0;  // minor units of the currency
  std::string currency;    // ISO 4217
  auto operator<=>(const Money&) const = default;
};

// One of: text, number, money, flag, id, list.
struct Value;
using List = std::vector<Value>;
struct Value {
  std::variant<std::string, std::int64_t, Money, bool, AnyId, List> held;
  bool operator==(const Value&) const = default;
};

struct Actor {
  std::optional<PersonId> person;        // who recorded it; absent when the engine did
  std::string role;
  std::optional<PersonId> on_behalf_of;  // the principal
  std::optional<Position> delegation;
  Proof proof = Proof::unset;
  bool operator==(const Actor&) const = default;
};

struct CommandRef {
  CommandId id;
  Hash body;                 // keyed digest of the request
  std::uint16_t index = 0;   // this entry within the command
  std::uint16_t count = 1;
  bool operator==(const CommandRef&) const = default;
};

struct Evidence {
  std::optional<Hash> digest;  // of the stored bytes
  std::optional<std::uint64_t> size;
  std::string media_type;
  std::string category;
  bool held = false;           // are the bytes in our document store?
  bool operator==(const Evidence&) const = default;
};

struct Box {
  PersonId person;
  std::string retention;
  std::uint32_t epoch = 1;
  Hash commitment;
  Bytes nonce;                 // 24 bytes
  Bytes bytes;                 // ciphertext and tag
  bool operator==(const Box&) const = default;
};

struct Fact {
  std::string name;
  Value value;
  std::optional<Position> position;
  bool operator==(const Fact&) const = default;
};
struct Change {
  std::string name;
  std::optional<Value> value;  // absent: removed
  bool operator==(const Change&) const = default;
};
struct Total {
  CaseId case_id;
  std::string name;
  std::int64_t delta = 0;
  bool operator==(const Total&) const = default;
};
struct ClockChange {
  std::string name;
  ClockState state = ClockState::unset;
  std::optional<Instant> due_at;
  std::optional<std::int64_t> left;      // microseconds, while paused
  std::optional<Position> calendar;
  bool operator==(const ClockChange&) const = default;
};

struct Effect {
  std::string process, reference;        // on the opening entry
  std::optional<CaseId> parent;
  std::vector<std::string> transitions;
  std::vector<std::string> configuration;  // complete, sorted
  std::vector<Change> history, data;
  std::vector<ClockChange> clocks;
  std::vector<Total> totals;
  std::vector<Change> registers;
  std::vector<std::string> passed;
  std::optional<Hash> state;             // state digest of the case after it
  bool operator==(const Effect&) const = default;
};

struct Entry {
  std::uint16_t format = format_version;
  Kind kind = Kind::unset;
  Mark mark = Mark::recorded;
  Position position;
  EventId event_id;
  std::optional<CaseId> case_id;
  std::optional<Revision> revision;
  std::string type;
  std::uint16_t version = 1;
  std::optional<Hash> schema;
  Instant occurred_at;
  Precision precision = Precision::instant;
  Instant recorded_at;
  Actor actor;
  std::optional<Hash> definition;
  std::optional<Position> cause;
  std::optional<EventId> correlation;
  std::optional<CommandRef> command;
  std::string reason;
  std::vector<Evidence> evidence;
  std::string retention;
  std::optional<Hash> source;
  std::optional<Position> target;
  Bytes payload;                         // a finished FlatBuffer of table `type`; empty for a refusal
  std::vector<Fact> facts;
  std::optional<Effect> effect;
  std::vector<Box> sealed;
  std::string trace;
  std::string rule;
  std::optional<Position> conflict;
  std::vector<std::string> invented;
  bool operator==(const Entry&) const = default;
};

// The bytes that are hashed and stored. Absent strings and vectors are left out. Error: too_large over entry_bytes_max.
Result<Bytes> encode(const Entry& entry);
// Checks identifier and structure first, reads from an aligned copy. Error: damaged.
Result<Entry> decode(ByteView stored);

}  // namespace acta
