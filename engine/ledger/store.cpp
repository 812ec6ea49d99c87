#include "engine/ledger/store.h"

#include <rocksdb/env.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <bit>
#include <cstdarg>
#include <cstdio>

#include "engine/disk.h"
#include "engine/ledger/shortened_files.h"
#include "events/log.h"

namespace acta {
namespace {

constexpr std::array<const char*, family_count> family_names = {"default", "entries", "cases", "commands", "leaves", "tiles", "states", "registers"};
constexpr std::size_t write_buffer_bytes = 16u << 20;
constexpr std::size_t block_cache_bytes = 16u << 20;
constexpr std::size_t entry_block_bytes = 16u << 10;
constexpr double filter_bits = 10;           // one look in a hundred at a table that does not hold the key
constexpr double memory_filter_share = 0.02; // of a family's memory table
constexpr std::size_t position_prefix_bytes = 4;

// RocksDB's own log would be a file in the folder, written even by who only reads, and a full disk would end the process.
struct ProcessLog final : rocksdb::Logger {
  ProcessLog() : Logger(rocksdb::InfoLogLevel::ERROR_LEVEL) {}
  using Logger::Logv;
  void Logv(const char* format, va_list arguments) override {
    std::array<char, 1'024> line{};
    std::vsnprintf(line.data(), line.size(), format, arguments);
    std::string text(line.data());
    std::replace(text.begin(), text.end(), '\n', ' ');
    spdlog::error("rocksdb said=\"{}\"", text);
  }
};

rocksdb::DBOptions database_options(const LedgerOptions& options, rocksdb::Env* env) {
  rocksdb::DBOptions db;
  db.env = env;
  db.create_if_missing = options.create;
  db.create_missing_column_families = options.create;
  db.error_if_exists = options.create;
  // A truncated tail is a crash's own doing and heals; a checksum that does not fit refuses the start.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  db.track_and_verify_wals_in_manifest = true;
  db.recycle_log_file_num = 0;
  db.max_bgerror_resume_count = 0;
  // Without it RocksDB opens although a table's footer is damaged; what that table held is then unreadable, the rest is not.
  db.paranoid_checks = options.access != Access::examine;
  db.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  db.max_background_jobs = 2;
  db.max_open_files = 512;
  // Sixteen for each family with a table, as RocksDB would have it, cost a start more than they read.
  db.max_file_opening_threads = 1;
  db.db_write_buffer_size = 64u << 20;
  db.max_total_wal_size = 128u << 20;
  db.allow_concurrent_memtable_write = false;   // one thread writes; it can then go on where it wrote last
  db.info_log = std::make_shared<ProcessLog>();
  db.info_log_level = rocksdb::InfoLogLevel::ERROR_LEVEL;
  return db;
}

// Keys come in their order: the next belongs behind the last.
void grow_at_the_end(rocksdb::ColumnFamilyOptions& family) {
  family.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(position_prefix_bytes));
}

// Most keys that are looked for are not there: each new command is looked for once, however long the ledger is.
void expect_misses(rocksdb::ColumnFamilyOptions& family, rocksdb::BlockBasedTableOptions& table) {
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(filter_bits));
  family.memtable_whole_key_filtering = true;
  family.memtable_prefix_bloom_size_ratio = memory_filter_share;
}

rocksdb::ColumnFamilyOptions family_options(Family which, const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  rocksdb::ColumnFamilyOptions family;
  family.compression = rocksdb::kLZ4Compression;
  family.write_buffer_size = write_buffer_bytes;
  if (which == Family::entries) {
    family.compression = rocksdb::kZSTD;
    table.block_size = entry_block_bytes;
  }
  if (which == Family::leaves || which == Family::tiles) family.compression = rocksdb::kNoCompression;   // hashes
  if (which == Family::entries || which == Family::leaves) grow_at_the_end(family);
  if (which == Family::commands || which == Family::states) expect_misses(family, table);
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return family;
}

bool exists(const LedgerOptions& options) { return options.env->FileExists(options.folder + "/CURRENT").ok(); }

// The families on disk must be ours: RocksDB would open any database.
Result<void> check_families(const rocksdb::DBOptions& db, const std::string& folder) {
  std::vector<std::string> found;
  const rocksdb::Status status = rocksdb::DB::ListColumnFamilies(db, folder, &found);
  if (!status.ok()) return store_error("reading the database's table of contents", status);
  for (const char* name : family_names)
    if (std::find(found.begin(), found.end(), name) == found.end())
      return error(Code::foreign, folder + " is a database, but not an Acta ledger: it has no family `" + name + "`");
  if (found.size() > family_count) return error(Code::foreign, folder + " is a database, but not an Acta ledger: it has families of somebody else");
  return {};
}

Result<void> open_database(const LedgerOptions& options, const rocksdb::DBOptions& db, Store& store) {
  const auto cache = rocksdb::NewLRUCache(block_cache_bytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (std::size_t i = 0; i < family_count; ++i) descriptors.emplace_back(family_names[i], family_options(static_cast<Family>(i), cache));
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* raw = nullptr;
  const rocksdb::Status status = options.access == Access::write
                                     ? rocksdb::DB::Open(db, options.folder, descriptors, &handles, &raw)
                                     : rocksdb::DB::OpenForReadOnly(db, options.folder, descriptors, &handles, &raw);
  if (!status.ok()) return store_error("opening the ledger in " + options.folder, status);
  store.db.reset(raw);
  std::copy(handles.begin(), handles.end(), store.families.begin());
  return {};
}

Result<void> write_format(Store& store) {
  Bytes format;
  put_be16(format, format_version);
  rocksdb::WriteOptions synced;
  synced.sync = true;
  const rocksdb::Status status = store.db->Put(synced, store.family(Family::meta), slice(view(format_key)), slice(format));
  if (!status.ok()) return store_error("writing the format", status);
  return {};
}

}  // namespace

Result<void> check_format(const Store& store, const std::string& folder) {
  ACTA_TRY(const std::optional<Bytes> format, store.get(Family::meta, view(format_key)));
  if (!format || format->size() != 2) return error(Code::damaged, folder + " does not say which format it has");
  const std::uint16_t version = ByteReader(*format).be16();
  if (version > format_version)
    return error(Code::newer, folder + " is of format " + std::to_string(version) + ", this program reads up to " + std::to_string(format_version) + ": use a newer acta");
  return {};
}

Store::~Store() {
  for (rocksdb::ColumnFamilyHandle* handle : families)
    if (handle != nullptr) db->DestroyColumnFamilyHandle(handle);
}

Result<std::optional<Bytes>> Store::get(Family which, ByteView key) const {
  rocksdb::PinnableSlice value;
  const rocksdb::Status status = db->Get(rocksdb::ReadOptions(), family(which), slice(key), &value);
  if (status.IsNotFound()) return std::optional<Bytes>();
  if (!status.ok()) return store_error("reading the ledger", status);
  return std::optional<Bytes>(Bytes(value.data(), value.data() + value.size()));
}

std::unique_ptr<rocksdb::Iterator> Store::iterate(Family which) const {
  rocksdb::ReadOptions options;
  options.readahead_size = 1u << 20;
  return std::unique_ptr<rocksdb::Iterator>(db->NewIterator(options, family(which)));
}

Result<std::unique_ptr<Store>> open_store(const LedgerOptions& options) {
  if (options.create && exists(options)) return error(Code::conflict, "there is a ledger in " + options.folder + " already");
  if (!options.create && !exists(options)) return error(Code::not_found, "no ledger in " + options.folder);
  auto store = std::make_unique<Store>();
  // RocksDB would make the folder too, but not its name durable.
  if (options.create) ACTA_CHECK(make_folder(*options.env, options.folder));
  TornFiles torn;
  if (!options.create) {
    ACTA_TRY(torn, walk_logs(*options.env, options.folder));
  }
  if (!torn.empty()) store->shortened = shortened(*options.env, std::move(torn));
  const rocksdb::DBOptions db = database_options(options, store->shortened ? store->shortened.get() : options.env);
  if (!options.create) ACTA_CHECK(check_families(db, options.folder));
  ACTA_CHECK(open_database(options, db, *store));
  if (options.create) ACTA_CHECK(write_format(*store));
  if (options.access != Access::examine) ACTA_CHECK(check_format(*store, options.folder));
  return store;
}

Error store_error(const std::string& doing, const rocksdb::Status& status) {
  const Code code = status.IsCorruption() ? Code::damaged : status.IsNoSpace() ? Code::full : Code::unavailable;
  return error(code, doing + ": " + status.ToString());
}

Bytes position_key(Position position) {
  Bytes key;
  put_be64(key, position.value);
  return key;
}

Bytes published_key(std::uint64_t size) {
  Bytes key = bytes_of(published_prefix);
  put_be64(key, size);
  return key;
}

Bytes tile_key(unsigned level, std::uint64_t index) {
  Bytes key;
  put_u8(key, static_cast<std::uint8_t>(level));
  put_be64(key, index);
  return key;
}

Bytes case_key(const CaseId& id, Revision revision, Position position) {
  Bytes key;
  put(key, view(id));
  put_be32(key, revision);
  put_be64(key, position.value);
  return key;
}

Bytes encode(const RightEdge& edge) {
  Bytes out;
  put_be64(out, edge.size);
  for (const Hash& peak : edge.peaks) put(out, view(peak));
  return out;
}

Result<RightEdge> decode_right_edge(ByteView bytes) {
  ByteReader reader(bytes);
  RightEdge edge;
  edge.size = reader.be64();
  const auto peaks = static_cast<std::size_t>(std::popcount(edge.size));
  for (std::size_t i = 0; i < peaks; ++i) {
    const ByteView hash = reader.take(32);
    if (!reader.ok()) break;
    edge.peaks.emplace_back();
    std::copy(hash.begin(), hash.end(), edge.peaks.back().bytes.begin());
  }
  if (!reader.done()) return error(Code::damaged, "the tree state is not one");
  return edge;
}

Bytes encode(const SeenCommand& seen) {
  Bytes out;
  put_be64(out, seen.first.value);
  put_be16(out, seen.count);
  return out;
}

Result<SeenCommand> decode_seen_command(ByteView bytes) {
  ByteReader reader(bytes);
  SeenCommand seen;
  seen.first = Position{reader.be64()};
  seen.count = reader.be16();
  if (!reader.done()) return error(Code::damaged, "a command index record is not one");
  return seen;
}

}  // namespace acta
