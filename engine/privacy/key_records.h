#pragma once
// What a key segment holds, and what a store keeps beside its segments.

#include <variant>

#include "engine/privacy/key_store.h"

namespace acta {

struct KeyRecord {
  PersonId person;
  std::string retention;
  PersonKey key;
};
struct HandleRecord {
  std::string handle;
  PersonId person;
};
using SegmentRecord = std::variant<KeyRecord, HandleRecord>;

inline constexpr std::size_t segment_records_max = 1'024;

Bytes encode_segment(std::span<const SegmentRecord> records);
Result<std::vector<SegmentRecord>> decode_segment(ByteView bytes);  // Error: damaged

// Bound to one ledger; the secrets that belong to no person.
struct StoreSecrets {
  LedgerId ledger;
  Key command_secret{};
  Key log_key_seed{};       // of the first log key; zeros once it was destroyed
};
Bytes encode_secrets(const StoreSecrets& secrets);
Result<StoreSecrets> decode_secrets(ByteView bytes);  // Error: damaged

// A further log key, in a file of its own.
struct LogKeyRecord {
  LedgerId ledger;
  Key seed{};
};
Bytes encode_log_key(const LogKeyRecord& record);
Result<LogKeyRecord> decode_log_key(ByteView bytes);  // Error: damaged

}  // namespace acta
