#include "engine/ledger/growing_tiles.h"

#include <algorithm>

#include "events/assert.h"

namespace acta {
namespace {

FullTile full_tile(unsigned level, std::uint64_t index, const std::vector<Hash>& hashes) {
  FullTile tile{level, index, {}};
  tile.hashes.reserve(hashes.size() * sizeof(Hash));
  for (const Hash& hash : hashes) put(tile.hashes, view(hash));
  return tile;
}

}  // namespace

void append_subtree(RightEdge& edge, const Hash& root, unsigned level) {
  ACTA_ASSERT((edge.size & ((std::uint64_t{1} << level) - 1)) == 0);
  Hash carried = root;
  for (std::uint64_t rest = edge.size >> level; (rest & 1) == 1; rest >>= 1) {
    carried = node_hash(edge.peaks.back(), carried);
    edge.peaks.pop_back();
  }
  edge.peaks.push_back(carried);
  edge.size += std::uint64_t{1} << level;
}

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

GrowingTiles::Level& GrowingTiles::at(unsigned level) {
  if (level == levels_.size()) levels_.emplace_back();
  return levels_[level];
}

std::vector<FullTile> GrowingTiles::append(const Hash& leaf) { return carry(leaf, 0, {}); }

std::vector<FullTile> GrowingTiles::append_tile(std::vector<Hash> leaves, const Hash& root) {
  Level& lowest = at(0);
  ACTA_ASSERT(lowest.hashes.empty() && leaves.size() == tile_width);
  return carry(root, 1, {full_tile(0, lowest.index++, leaves)});
}

std::vector<FullTile> GrowingTiles::carry(const Hash& hash, unsigned level, std::vector<FullTile> completed) {
  Hash carried = hash;
  for (;; ++level) {
    Level& growing = at(level);
    growing.hashes.push_back(carried);
    if (growing.hashes.size() < tile_width) return completed;
    completed.push_back(full_tile(level, growing.index, growing.hashes));
    carried = fold_hashes(std::move(growing.hashes));
    growing.hashes.clear();
    ++growing.index;
  }
}

}  // namespace acta
