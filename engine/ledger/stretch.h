#pragma once
// What can be said of a stretch of stored entries without those before it: made by any thread, judged in order by one.
// Private to engine/ledger.

#include <memory>
#include <optional>

#include "engine/ledger/growing_tiles.h"
#include "engine/ledger/row_sum.h"
#include "engine/ledger/store.h"

namespace acta {

enum class StoredLeaf : std::uint8_t { same, other, missing, unreadable };

// Something that stands in the family of entries.
struct StretchRow {
  std::optional<Position> position;       // nothing: `key` is none
  Bytes key;                              // of a row without a position
  rocksdb::Status status;                 // not ok: the entry cannot be read, and nothing below is known
  Hash leaf;                              // of the bytes
  StoredLeaf stored_leaf = StoredLeaf::same;
  std::string leaf_fault;                 // unreadable: why
  bool in_tile = true;                    // its full tile, where there is one, holds this leaf
  Kind kind = Kind::unset;
  std::unique_ptr<Result<Entry>> entry;   // null: not asked for
};

struct Stretch {
  std::uint64_t first = 0, end = 0;       // end exclusive; first is a tile's first leaf
  std::vector<StretchRow> rows;           // by their keys
  std::vector<std::optional<Hash>> tile_roots;   // of the tiles of level 0 that end in it, where all 256 entries were read
  std::vector<Bytes> odd_leaves;          // keys among the leaf hashes that are no position
  RowSum case_rows, command_rows;         // that its entries have in the indexes
};

inline constexpr std::uint64_t stretch_entries = 4 * tile_width;

struct StretchReader {
  const Store& store;
  std::uint64_t size = 0;                 // of the ledger
  bool hashes_only = false;               // entries about the ledger alone are decoded, others are not
  RowSumKey sum_key;

  std::uint64_t count() const { return (size + stretch_entries - 1) / stretch_entries; }
  Stretch read(std::uint64_t number) const;

 private:
  void read_entries(Stretch& into) const;
  void add_row(Stretch& into, const rocksdb::Iterator& row) const;
  void compare_leaves(Stretch& into) const;
  void ask_for_leaf(StretchRow& row) const;
  void compare_tiles(Stretch& into) const;
  void fold_tiles(Stretch& into) const;
  void sum_index_rows(Stretch& into) const;
};

// The position that a key of 8 bytes is.
std::optional<Position> position_in(ByteView key);
std::optional<Hash> hash_in(ByteView bytes);

// The rows that an entry has in the indexes of cases and commands.
void add_index_rows(const RowSumKey& with, Position position, const Entry& entry, RowSum& cases, RowSum& commands);

}  // namespace acta
