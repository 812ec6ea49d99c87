#pragma once
// What Ledger and Batch hold. Private to engine/ledger.

#include <rocksdb/write_batch.h>

#include <list>
#include <unordered_map>

#include "engine/ledger/growing_tiles.h"
#include "engine/ledger/store.h"

namespace acta {

struct Batch::Impl {
  rocksdb::WriteBatch writes;
  std::size_t entries = 0;
  Head after;
  std::vector<CaseId> cases;           // pinned in the overlay until committed
  std::vector<CommandId> commands;
};

// Case states by id: everything staged and not yet committed, and the most recently used beside that.
class StateCache {
 public:
  const CaseState* find(const CaseId& id);
  void put_clean(const CaseState& state);
  void put_pinned(const CaseState& state);
  void unpin(const CaseId& id);

 private:
  static constexpr std::size_t states_max = 4'096;
  struct Slot {
    CaseState state;
    std::size_t pins = 0;
    std::list<CaseId>::iterator recent;
  };
  Slot& touch(const CaseState& state);
  void shrink();
  std::unordered_map<CaseId, Slot> slots_;
  std::list<CaseId> recent_;           // most recent first
};

// Entries that may be appended, and what they make true.
struct Prepared {
  std::vector<Entry> entries;
  std::vector<Bytes> bytes;
  std::map<CaseId, CaseState> states;
};

struct Ledger::Impl {
  LedgerOptions options;
  std::unique_ptr<Store> store;

  // Staged: the sequencer's side. The overlay is shared with the committer, which drops what it made durable.
  RightEdge edge;
  GrowingTiles tiles;
  Instant last_recorded_at;
  std::map<std::string, Value> registers;
  mutable std::mutex overlay_mutex;
  StateCache states;
  std::unordered_map<CommandId, SeenCommand> staged_commands;

  // Committed: what readers see.
  mutable std::mutex head_mutex;
  mutable std::condition_variable grown;
  Head head;
  std::vector<std::function<void(std::uint64_t)>> listeners;

  static constexpr std::size_t tile_roots_max = 65'536;
  mutable std::mutex tile_roots_mutex;
  mutable std::map<std::pair<unsigned, std::uint64_t>, Hash> tile_roots;   // of full tiles, as far as they were asked for

  void put_tree(const Prepared& prepared, Batch::Impl& into);
  void put_indexes(const Prepared& prepared, Batch::Impl& into);

  Result<void> load();
  Result<void> load_tree();
  Result<void> load_registers();
  // Of a full tile: it never changes, and a proof wants hundreds of them while the tile above is not full.
  Result<Hash> tile_root(unsigned level, std::uint64_t index) const;
  Result<Hash> read_subtree(unsigned level, std::uint64_t index) const;
  Result<Hash> read_leaf(std::uint64_t index) const;
  Result<Bytes> read_leaves(std::uint64_t first, unsigned width) const;
  Result<Bytes> fold_tiles(unsigned level, std::uint64_t first, unsigned width) const;   // the roots of full tiles
};

}  // namespace acta
