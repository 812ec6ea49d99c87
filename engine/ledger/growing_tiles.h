#pragma once
// The tiles that are not full yet, one a level, and the full ones an append completes.

#include <vector>

#include "engine/ledger/tree.h"

namespace acta {

inline constexpr unsigned tile_height = 8;
inline constexpr std::uint64_t tile_width = 256;

struct FullTile {
  unsigned level = 0;
  std::uint64_t index = 0;
  Bytes hashes;              // 256 * 32 bytes
};

class GrowingTiles {
 public:
  // From the stored leaves and full tiles of a tree of `size` leaves.
  static Result<GrowingTiles> of(std::uint64_t size, const SubtreeReader& read);
  // Appends the next leaf; gives the tiles it completes, lowest level first.
  std::vector<FullTile> append(const Hash& leaf);
  // The same for 256 leaves at once, of which the first begins a tile; `root` is over them.
  std::vector<FullTile> append_tile(std::vector<Hash> leaves, const Hash& root);

 private:
  struct Level {
    std::uint64_t index = 0;
    std::vector<Hash> hashes;
  };
  std::vector<FullTile> carry(const Hash& hash, unsigned level, std::vector<FullTile> completed);
  Level& at(unsigned level);
  std::vector<Level> levels_;
};

// As RightEdge::append, of 2^level leaves at once; the size is a multiple of that.
void append_subtree(RightEdge& edge, const Hash& root, unsigned level);
// The root of a full tile, or of the complete subtree of its hashes [first, first + count).
Hash fold_hashes(std::vector<Hash> hashes);
std::vector<Hash> hashes_of(ByteView tile);

}  // namespace acta
