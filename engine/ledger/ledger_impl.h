#pragma once
// What Ledger and Batch hold. Private to engine/ledger.

#include <rocksdb/write_batch.h>

#include <list>
#include <unordered_map>

#include "engine/ledger/growing_tiles.h"
#include "engine/ledger/store.h"

namespace acta {

using SharedState = std::shared_ptr<const CaseState>;

struct Batch::Impl {
  rocksdb::WriteBatch writes;
  std::size_t entries = 0;
  // What only the last of its entries says: written once, when the batch is committed.
  RightEdge edge;
  std::unordered_map<CaseId, SharedState> states;   // pinned in the overlay until then
  std::vector<CommandId> commands;

  void put_last(const Store& store, bool indexed);
};

// Case states by id: everything staged and not yet committed, and the most recently used beside that. A state that was put
// never changes: whoever holds it shares it.
class StateCache {
 public:
  SharedState find(const CaseId& id);                    // null: not here
  void put(const SharedState& state);
  void pin(const CaseId& id);
  void unpin(const CaseId& id);

 private:
  static constexpr std::size_t states_max = 4'096;
  struct Slot {
    SharedState state;
    std::size_t pins = 0;
    std::list<CaseId>::iterator recent;
  };
  void shrink();
  std::unordered_map<CaseId, Slot> slots_;
  std::list<CaseId> recent_;           // most recent first
};

// Entries that may be appended, and what they make true.
struct Prepared {
  std::vector<Entry> entries;
  std::vector<Bytes> bytes;
  std::map<CaseId, SharedState> states;
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
  void put_indexes(const Prepared& prepared, Batch::Impl& into) const;
  void remember(const Prepared& prepared, Batch::Impl& into);   // in the overlay

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
