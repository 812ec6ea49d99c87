#include "engine/ledger/ledger_impl.h"

namespace acta {
namespace {

// Over all families, or 0 where this RocksDB does not know the property.
std::uint64_t sum_of(rocksdb::DB& db, const std::string& property) {
  std::uint64_t value = 0;
  return db.GetAggregatedIntProperty(property, &value) ? value : 0;
}

// Of the database as a whole, asked of any family.
std::uint64_t number_of(rocksdb::DB& db, const std::string& property) {
  std::uint64_t value = 0;
  return db.GetIntProperty(property, &value) ? value : 0;
}

std::uint64_t wal_bytes(rocksdb::DB& db) {
  rocksdb::VectorLogPtr files;
  if (!db.GetSortedWalFiles(files).ok()) return 0;
  std::uint64_t bytes = 0;
  for (const auto& file : files) bytes += file->SizeFileBytes();
  return bytes;
}

}  // namespace

Ledger::Figures Ledger::figures() const {
  using Property = rocksdb::DB::Properties;
  rocksdb::DB& db = *impl_->store->db;
  return Figures{
      .wal_bytes = wal_bytes(db),
      .table_bytes = sum_of(db, Property::kLiveSstFilesSize),
      .memory_table_bytes = sum_of(db, Property::kCurSizeAllMemTables),
      .block_cache_bytes = number_of(db, Property::kBlockCacheUsage),   // one cache for all families
      .memory_tables_waiting = sum_of(db, Property::kNumImmutableMemTable),
      .compaction_pending_bytes = sum_of(db, Property::kEstimatePendingCompactionBytes),
      .compactions = number_of(db, Property::kNumRunningCompactions),
      .flushes = number_of(db, Property::kNumRunningFlushes),
      .delayed_write_bytes_per_second = number_of(db, Property::kActualDelayedWriteRate),
      .writes_stalled = number_of(db, Property::kIsWriteStopped) != 0,
      .background_errors = number_of(db, Property::kBackgroundErrors),
  };
}

}  // namespace acta
