#pragma once
// The append-only ledger: entries, their Merkle tree and what is indexed from them, in one RocksDB, one synced batch at
// a time. It knows no event type: everything it keeps beside the bytes follows from the envelope and the effect.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include "engine/case_state.h"
#include "engine/ledger/note.h"
#include "engine/ledger/tree.h"
#include "events/envelope.h"

namespace rocksdb {
class Env;
}

namespace acta {

// `examine` reads what can be read of a database with damaged tables: for `verify` alone.
enum class Access : std::uint8_t { write, read, examine };

struct LedgerOptions {
  std::string folder;              // the RocksDB folder itself, <data>/ledger
  rocksdb::Env* env = nullptr;     // null: the real disk
  Access access = Access::write;
  bool create = false;             // must not exist yet; else it must
  bool sync = true;                // false only in the test that plants the fault
  bool indexed = true;             // false only where a benchmark asks what indexes cost: what is written then cannot be opened
};

struct Head {
  std::uint64_t size = 0;
  Hash root;
};

struct SeenCommand {
  Position first;
  std::uint16_t count = 1;
};

// What one synced write will make true.
class Batch;

// Staging is for one thread (the sequencer), commit for one thread (the committer), reading for any.
class Ledger {
 public:
  // Walks WAL and MANIFEST before RocksDB may (engine/ledger/log_walk.h). Error: not_found, damaged (file and offset
  // named), newer, foreign, unavailable.
  static Result<std::unique_ptr<Ledger>> open(const LedgerOptions& options);
  ~Ledger();

  // --- the sequencer's side: sees what is staged, committed or not
  std::uint64_t staged_size() const;
  Instant last_recorded_at() const;                                  // of the newest staged entry; micros 0 when empty
  Result<std::shared_ptr<const CaseState>> staged_state(const CaseId& id);   // null: there is none
  std::optional<SeenCommand> staged_command(const CommandId& id);
  const std::map<std::string, Value>& registers() const;             // name -> value, folded from effects

  // Adds entries to the batch. Each must already carry the next position; staging fills in effect.state, encodes, hashes
  // and indexes. All or nothing. Error: too_large, stale (not the next position), damaged (does not continue its case, or
  // goes back in time).
  Result<void> stage(std::vector<Entry> entries, Batch& batch);

  // --- the committer's side
  // One WriteBatch, one fsync; then the batch is visible to readers. A failure here must stop the process.
  Result<void> commit(Batch& batch);

  // --- readers: committed entries only
  Head head() const;
  // Blocks until head().size > size, or the timeout. Gives the size.
  std::uint64_t wait_beyond(std::uint64_t size, int timeout_ms) const;
  // Called after each commit, on the committer thread, with the new size. Must not block.
  void on_commit(std::function<void(std::uint64_t size)> listener);

  Result<Bytes> read_bytes(Position position) const;                 // Error: not_found, unavailable
  Result<Entry> read(Position position) const;
  // Calls visit for entries from `from` up to `to` (exclusive, capped at the head); stops when visit gives false.
  Result<void> scan(Position from, Position to, const std::function<bool(Position, ByteView)>& visit) const;
  Result<std::optional<CaseState>> state(const CaseId& id) const;
  // The same as it is stored: decode_case_state() reads it.
  Result<std::optional<Bytes>> state_bytes(const CaseId& id) const;
  // Positions of a case in ledger order: events, and refusals and notices where they carry it.
  Result<std::vector<Position>> positions_of(const CaseId& id) const;
  std::optional<SeenCommand> command(const CommandId& id) const;
  std::optional<Value> reg(std::string_view name) const;
  Result<Hash> leaf(Position position) const;
  SubtreeReader subtree_reader() const;                              // from stored leaf hashes and full tiles

  // The first `width` hashes of a tile of the tree, read in the order they are stored. Error: not_found (the tree is too
  // small for it), damaged, unavailable.
  Result<Bytes> tile(unsigned level, std::uint64_t index, unsigned width) const;

  // Was a checkpoint of a size in [from, to) ever published?
  Result<bool> published_between(std::uint64_t from, std::uint64_t to) const;
  // Newest stored signed checkpoint, as a note. Signer only writes it.
  std::optional<std::string> stored_checkpoint() const;
  std::uint64_t stored_signed_size() const;                          // its size; 0 without one
  Result<void> store_checkpoint(std::uint64_t size, const std::string& note);
  // The newest checkpoint that enough witnesses cosigned, with their signatures. Engine only writes it.
  std::optional<std::string> stored_cosigned() const;
  Result<void> store_cosigned(const std::string& note);

  // What the database says of itself, as numbers with a name: files, memory, what is owed. None of it costs a writer time.
  struct Figures {
    std::uint64_t wal_bytes = 0, table_bytes = 0, memory_table_bytes = 0, block_cache_bytes = 0;
    std::uint64_t memory_tables_waiting = 0;      // full and not yet written to a table
    std::uint64_t compaction_pending_bytes = 0;
    std::uint64_t compactions = 0, flushes = 0;   // running now
    std::uint64_t delayed_write_bytes_per_second = 0;  // 0: writes are not slowed
    bool writes_stalled = false;
    std::uint64_t background_errors = 0;
  };
  Figures figures() const;

  // A consistent copy of the database in a new folder, while serving. Error: unavailable.
  Result<void> copy_to(const std::string& folder) const;
  Result<void> close();                                              // flush; further calls are an error of the caller

 private:
  struct Impl;
  explicit Ledger(std::unique_ptr<Impl> impl);
  Result<void> prepare_case(Entry& entry, std::map<CaseId, std::shared_ptr<const CaseState>>& states);
  std::unique_ptr<Impl> impl_;
};

class Batch {
 public:
  Batch();
  ~Batch();
  Batch(Batch&&) noexcept;
  Batch& operator=(Batch&&) noexcept;
  bool empty() const;
  std::size_t entries() const;

 private:
  friend class Ledger;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace acta
