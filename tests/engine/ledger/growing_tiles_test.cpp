#include "engine/ledger/growing_tiles.h"

#include <map>

#include "tests/engine/ledger/worked_example.h"

using namespace acta;

namespace {

using Tiles = std::map<std::pair<unsigned, std::uint64_t>, Bytes>;

std::vector<Hash> numbered(std::uint64_t count) {
  std::vector<Hash> leaves;
  for (std::uint64_t i = 0; i < count; ++i) {
    Bytes number;
    put_be64(number, i);
    leaves.push_back(leaf_hash(number));
  }
  return leaves;
}

const std::vector<Hash>& many() {
  static const std::vector<Hash> leaves = numbered(70'000);
  return leaves;
}

// Every full tile of a tree, each hash by the definition: the root of the 256^level leaves it covers.
Tiles full_tiles(std::span<const Hash> leaves) {
  Tiles tiles;
  std::vector<Hash> hashes(leaves.begin(), leaves.end());
  for (unsigned level = 0; hashes.size() >= tile_width; ++level) {
    std::vector<Hash> above;
    for (std::size_t first = 0; first + tile_width <= hashes.size(); first += tile_width) {
      const std::span<const Hash> tile = std::span(hashes).subspan(first, tile_width);
      Bytes& bytes = tiles[{level, first / tile_width}];
      for (const Hash& hash : tile) put(bytes, view(hash));
      above.push_back(example::root_of(tile));
    }
    hashes = std::move(above);
  }
  return tiles;
}

void keep(Tiles& into, std::vector<FullTile> completed) {
  for (FullTile& tile : completed) CHECK(into.emplace(std::pair(tile.level, tile.index), std::move(tile.hashes)).second);
}

Tiles grown(std::span<const Hash> leaves) {
  GrowingTiles tiles;
  Tiles full;
  for (const Hash& leaf : leaves) keep(full, tiles.append(leaf));
  return full;
}

// Subtree roots as a ledger stores them: leaves, and what full tiles hold.
SubtreeReader stored(std::span<const Hash> leaves, const Tiles& tiles) {
  return [leaves, &tiles](unsigned level, std::uint64_t index) -> Result<Hash> {
    REQUIRE(level % tile_height == 0);
    if (level == 0) return leaves[index];
    return fold_hashes(hashes_of(tiles.at({level / tile_height - 1, index})));
  };
}

}  // namespace

TEST_CASE("tiles: the tiles an append completes are those of the definition, around every border") {
  for (const std::uint64_t count : {0ull, 1ull, 255ull, 256ull, 257ull, 511ull, 512ull, 513ull, 65'535ull, 65'536ull, 65'537ull, 65'792ull, 70'000ull}) {
    CAPTURE(count);
    const std::span<const Hash> leaves = std::span(many()).first(count);
    const bool same = grown(leaves) == full_tiles(leaves);
    CHECK(same);
  }
}

TEST_CASE("tiles: 70,000 leaves fill 273 tiles of level 0 and one of level 1") {
  std::map<unsigned, int> full;
  for (const auto& [name, hashes] : grown(many())) {
    ++full[name.first];
    CHECK(hashes.size() == tile_width * 32);
  }
  CHECK(full == std::map<unsigned, int>{{0, 273}, {1, 1}});
}

TEST_CASE("tiles: one append may complete a tile of each level, the lowest first") {
  GrowingTiles tiles;
  for (std::uint64_t i = 0; i + 1 < 65'536; ++i) tiles.append(many()[i]);
  const std::vector<FullTile> completed = tiles.append(many()[65'535]);
  REQUIRE(completed.size() == 2);
  CHECK(completed[0].level == 0);
  CHECK(completed[0].index == 255);
  CHECK(completed[1].level == 1);
  CHECK(completed[1].index == 0);
}

TEST_CASE("tiles: taken up again at any size they go on as if they had never stopped") {
  const Tiles whole = full_tiles(many());
  for (const std::uint64_t at : {0ull, 1ull, 255ull, 256ull, 257ull, 511ull, 65'279ull, 65'280ull, 65'535ull, 65'536ull, 65'537ull, 69'999ull}) {
    CAPTURE(at);
    Tiles full = full_tiles(std::span(many()).first(at));
    auto tiles = GrowingTiles::of(at, stored(many(), whole));
    REQUIRE(tiles);
    for (std::uint64_t i = at; i < many().size(); ++i) keep(full, tiles->append(many()[i]));
    const bool same = full == whole;
    CHECK(same);
  }
}

TEST_CASE("tiles: what cannot be read when they are taken up is told") {
  const auto tiles = GrowingTiles::of(300, [](unsigned, std::uint64_t) -> Result<Hash> { return error(Code::damaged, "leaf hash 256 is missing"); });
  REQUIRE_FALSE(tiles);
  CHECK(tiles.error().code == Code::damaged);
}

TEST_CASE("tiles: the hashes of a tile fold to the root of the leaves under it") {
  for (const std::uint64_t width : {1ull, 2ull, 4ull, 128ull, 256ull}) CHECK(fold_hashes({many().begin(), many().begin() + static_cast<std::ptrdiff_t>(width)}) == example::root_of(std::span(many()).first(width)));
}

TEST_CASE("tiles: 256 leaves at once complete the same tiles, and make the same tree, as one after the other") {
  const std::span<const Hash> leaves = std::span(many()).first(66'000);
  GrowingTiles growing;
  RightEdge edge, slow;
  Tiles full;
  for (std::size_t at = 0; at < leaves.size();) {
    const std::span<const Hash> tile = leaves.subspan(at, std::min<std::size_t>(tile_width, leaves.size() - at));
    const bool at_once = tile.size() == tile_width && at / tile_width % 3 != 1;
    if (at_once) {
      const Hash root = fold_hashes({tile.begin(), tile.end()});
      keep(full, growing.append_tile({tile.begin(), tile.end()}, root));
      append_subtree(edge, root, tile_height);
    }
    for (const Hash& leaf : at_once ? tile.first(0) : tile) {
      keep(full, growing.append(leaf));
      edge.append(leaf);
    }
    at += tile.size();
  }
  for (const Hash& leaf : leaves) slow.append(leaf);
  CHECK(full == full_tiles(leaves));
  CHECK(edge == slow);
}
