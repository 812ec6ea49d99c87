#pragma once
// The RocksDB under a ledger: its column families, its fixed options, and what its failures mean.

#include <rocksdb/db.h>

#include <array>
#include <memory>
#include <string>

#include "engine/ledger/ledger.h"

namespace acta {

// Order of the families in the database; names in store.cpp.
enum class Family : std::uint8_t { meta, entries, cases, commands, leaves, tiles, states, registers };
inline constexpr std::size_t family_count = 8;

struct Store {
  std::unique_ptr<rocksdb::Env> shortened;   // only where a crash tore a log file; outlives db
  std::unique_ptr<rocksdb::DB> db;
  std::array<rocksdb::ColumnFamilyHandle*, family_count> families{};

  Store() = default;
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  rocksdb::ColumnFamilyHandle* family(Family which) const { return families[static_cast<std::size_t>(which)]; }
  // Nothing: there is no such key. Error: damaged or unavailable, naming the folder's own words.
  Result<std::optional<Bytes>> get(Family which, ByteView key) const;
  std::unique_ptr<rocksdb::Iterator> iterate(Family which) const;
};

inline rocksdb::Slice slice(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
inline ByteView view(const rocksdb::Slice& slice) { return {reinterpret_cast<const std::uint8_t*>(slice.data()), slice.size()}; }

// Error: not_found, foreign, newer, damaged, unavailable. To examine, the format is the caller's to check.
Result<std::unique_ptr<Store>> open_store(const LedgerOptions& options);
Result<void> check_format(const Store& store, const std::string& folder);  // Error: newer, damaged, unavailable
Error store_error(const std::string& doing, const rocksdb::Status& status);

// Keys.
Bytes position_key(Position position);                             // 8 bytes big-endian
Bytes tile_key(unsigned level, std::uint64_t index);               // level byte, 8 bytes
Bytes case_key(const CaseId& id, Revision revision, Position position);
Bytes published_key(std::uint64_t size);                           // published_prefix, 8 bytes big-endian; no value
inline constexpr std::string_view format_key = "format", tree_key = "tree", checkpoint_key = "checkpoint", cosigned_key = "cosigned", published_prefix = "published/";

// The tree state record: size, then each peak.
Bytes encode(const RightEdge& edge);
Result<RightEdge> decode_right_edge(ByteView bytes);               // Error: damaged
Bytes encode(const SeenCommand& seen);
Result<SeenCommand> decode_seen_command(ByteView bytes);           // Error: damaged

}  // namespace acta
