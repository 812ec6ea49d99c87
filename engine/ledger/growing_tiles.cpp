#include "engine/ledger/growing_tiles.h"

#include <algorithm>

namespace acta {

Hash fold_hashes(std::vector<Hash> hashes) {
  while (hashes.size() > 1) {
    for (std::size_t i = 0; i < hashes.size() / 2; ++i) hashes[i] = node_hash(hashes[2 * i], hashes[2 * i + 1]);
    hashes.resize(hashes.size() / 2);
  }
  return hashes.front();
}

std::vector<Hash> hashes_of(ByteView tile) {
  std::vector<Hash> out(tile.size() / 32);
  for (std::size_t i = 0; i < out.size(); ++i) std::copy_n(tile.begin() + static_cast<std::ptrdiff_t>(i * 32), 32, out[i].bytes.begin());
  return out;
}

Result<GrowingTiles> GrowingTiles::of(std::uint64_t size, const SubtreeReader& read) {
  GrowingTiles tiles;
  std::uint64_t count = size;
  for (unsigned level = 0; count > 0; ++level, count /= tile_width) {
    Level& growing = tiles.levels_.emplace_back();
    growing.index = count / tile_width;
    for (std::uint64_t i = growing.index * tile_width; i < count; ++i) {
      ACTA_TRY(const Hash hash, read(level * tile_height, i));
      growing.hashes.push_back(hash);
    }
  }
  return tiles;
}

std::vector<FullTile> GrowingTiles::append(const Hash& leaf) {
  std::vector<FullTile> completed;
  Hash carried = leaf;
  for (unsigned level = 0;; ++level) {
    if (level == levels_.size()) levels_.emplace_back();
    Level& growing = levels_[level];
    growing.hashes.push_back(carried);
    if (growing.hashes.size() < tile_width) return completed;
    FullTile& full = completed.emplace_back(FullTile{level, growing.index, {}});
    for (const Hash& hash : growing.hashes) put(full.hashes, view(hash));
    carried = fold_hashes(std::move(growing.hashes));
    growing.hashes.clear();
    ++growing.index;
  }
}

}  // namespace acta
