// Leaf hashes, tiles and the right edge: rebuilt from the entries' bytes, compared with what is stored.

#include <algorithm>

#include "engine/ledger/verify_impl.h"
#include "events/assert.h"

namespace acta {
namespace {

std::string missing_entries(std::uint64_t first, std::uint64_t last) {
  return first == last ? "the entry is missing" : "entries " + std::to_string(first) + " to " + std::to_string(last) + " are missing";
}

std::string tile_name(const FullTile& tile) { return "tile " + std::to_string(tile.level) + "/" + std::to_string(tile.index); }

// The leaves under hash i of a tile.
struct Leaves {
  std::uint64_t first = 0, last = 0;
};

Leaves leaves_under(const FullTile& tile, std::uint64_t i) {
  const unsigned shift = tile.level * tile_height;
  const std::uint64_t at = tile.index * tile_width + i;
  return {.first = at << shift, .last = ((at + 1) << shift) - 1};
}

}  // namespace

void VerifyRun::check_missing(std::uint64_t from, std::uint64_t to) {
  if (from == to) return;
  find(Position{from}, "missing", missing_entries(from, to - 1));
  mark_bad(from, to - 1);
  unfinished.reset();
  grow_over_stored(from, to);
}

// Without the entry its stored leaf hash is all there is: with it, later positions can still be told apart.
void VerifyRun::grow_over_stored(std::uint64_t from, std::uint64_t to) {
  const auto rows = store->iterate(Family::leaves);
  rows->Seek(slice(position_key(Position{from})));
  for (std::uint64_t at = from; at < to && tree_whole; ++at) {
    const auto leaf = rows->Valid() && position_in(view(rows->key())) == Position{at} ? hash_in(view(rows->value())) : std::nullopt;
    if (leaf) grow(*leaf);
    tree_whole = leaf.has_value();
    if (leaf) rows->Next();
  }
}

void VerifyRun::check_leaf(const StretchRow& row) {
  if (row.stored_leaf == StoredLeaf::same && row.in_tile) return;
  mark_bad(row.position->value, row.position->value);
  if (row.stored_leaf == StoredLeaf::same) return find(*row.position, "tile", "the tile of level 0 over it holds another hash than the entry's");
  if (row.stored_leaf == StoredLeaf::unreadable) return find(*row.position, "leaf hash", row.leaf_fault);
  find(*row.position, "leaf hash", row.stored_leaf == StoredLeaf::other ? "the entry's bytes do not hash to the leaf the tree holds" : "the leaf hash is missing");
}

// Of the tile that the position is in: where it can be appended at once. Null: leaf by leaf.
const Hash* VerifyRun::folded_root(Position position, const Stretch& stretch) const {
  const std::uint64_t tile = (position.value - stretch.first) / tile_width, first = position.value / tile_width * tile_width;
  if (!tree_whole || edge.size != first || tile >= stretch.tile_roots.size() || !stretch.tile_roots[tile]) return nullptr;
  const bool signed_inside = std::any_of(signed_sizes.begin(), signed_sizes.end(), [first](std::uint64_t size) { return first < size && size < first + tile_width; });
  return signed_inside ? nullptr : &*stretch.tile_roots[tile];
}

void VerifyRun::grow_by(const StretchRow& row, const Stretch& stretch) {
  const Hash* const root = folded_root(*row.position, stretch);
  if (root == nullptr) return grow(row.leaf);
  waiting.push_back(row.leaf);
  if (waiting.size() < tile_width) return;
  append_subtree(edge, *root, tile_height);
  for (const FullTile& tile : tiles.append_tile(std::exchange(waiting, {}), *root)) check_tile(tile);
  remember_root();
}

void VerifyRun::grow(const Hash& leaf) {
  if (!tree_whole) return;
  edge.append(leaf);
  for (const FullTile& tile : tiles.append(leaf)) check_tile(tile);
  remember_root();
}

void VerifyRun::remember_root() {
  if (std::find(signed_sizes.begin(), signed_sizes.end(), edge.size) != signed_sizes.end()) roots.emplace(edge.size, edge.root());
}

void VerifyRun::check_tile(const FullTile& tile) {
  const auto stored = store->get(Family::tiles, tile_key(tile.level, tile.index));
  if (!stored || !*stored || (*stored)->size() != tile.hashes.size())
    return find(Position{leaves_under(tile, 0).first}, "tile", tile_name(tile) + (stored && !*stored ? " is missing" : " cannot be read"));
  if (**stored == tile.hashes) return;
  const std::vector<Hash> held = hashes_of(**stored), rebuilt = hashes_of(tile.hashes);
  for (std::uint64_t i = 0; i < tile_width; ++i) {
    const Leaves under = leaves_under(tile, i);
    if (held[i] == rebuilt[i] || any_bad(under.first, under.last + 1)) continue;
    const std::string over = tile.level == 0 ? "" : ", over positions " + std::to_string(under.first) + " to " + std::to_string(under.last) + ",";
    find(Position{under.first}, "tile", "hash " + std::to_string(i) + " of " + tile_name(tile) + over + " is not what the entries give");
  }
}

void VerifyRun::check_root() {
  report.size = edge.size;
  report.root = edge.root();
  if (edge.size == claimed_size && claimed_root && report.root != *claimed_root) find(std::nullopt, "tree", "the root over the stored entries is not the one the tree state gives");
}

}  // namespace acta
