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

 private:
  struct Level {
    std::uint64_t index = 0;
    std::vector<Hash> hashes;
  };
  std::vector<Level> levels_;
};

// The root of a full tile, or of the complete subtree of its hashes [first, first + count).
Hash fold_hashes(std::vector<Hash> hashes);
std::vector<Hash> hashes_of(ByteView tile);

}  // namespace acta
