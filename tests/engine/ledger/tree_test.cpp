#include "engine/ledger/growing_tiles.h"
#include "tests/engine/ledger/worked_example.h"

using namespace acta;

namespace {

constexpr std::uint64_t size_max = 130;

std::string hex(const Hash& hash) { return to_text(hash); }

Hash altered(Hash hash) {
  hash.bytes[7] ^= 0x20;
  return hash;
}

}  // namespace

TEST_CASE("tree: the known answers of RFC 6962") {
  CHECK(hex(empty_root()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hex(leaf_hash({})) == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

TEST_CASE("tree: leaves, roots and the consistency proof of the worked example") {
  const auto leaves = example::leaves(5);
  CHECK(hex(leaves[0]) == "6734db3b19b64dc83703f9a1f4aee7697dfb292fb4e0827cc63f8a351b1b3609");
  CHECK(hex(leaves[4]) == "ae323974ae1f47cdb246eb83b8706366d43c64ad0faf480c79eacb9cf4a7e8a7");
  RightEdge edge;
  for (const Hash& leaf : leaves) {
    edge.append(leaf);
    if (edge.size == 3) CHECK(hex(edge.root()) == "db2effe64d36352bcd4c260bde0e1138310c9f77b89d4c57578652f9b185b630");
  }
  CHECK(hex(edge.root()) == "0b74d4300e798056cd48728b4fb01e9f15ad3e0a7950fbc58974ff6753271d24");
  const auto proof = consistency_proof(3, 5, example::reader_of(leaves));
  REQUIRE(proof);
  REQUIRE(proof->size() == 4);
  CHECK((*proof)[0] == leaves[2]);
  CHECK((*proof)[1] == leaves[3]);
  CHECK(hex((*proof)[2]) == "3fd1d5a059ab171a345f9912c83c2dd8b7933b4e950e6749bc83dbb1f43ccbde");
  CHECK((*proof)[3] == leaves[4]);
}

TEST_CASE("tree: at every size every inclusion proof holds, and nothing else does") {
  const auto leaves = example::leaves(size_max);
  const auto read = example::reader_of(leaves);
  RightEdge edge;
  for (std::uint64_t size = 1; size <= size_max; ++size) {
    edge.append(leaves[size - 1]);
    const Hash root = example::root_of(std::span(leaves).first(size));
    REQUIRE(edge.root() == root);
    REQUIRE(*root_at(size, read) == root);
    for (std::uint64_t index = 0; index < size; ++index) {
      auto proof = inclusion_proof(index, size, read);
      REQUIRE(proof);
      REQUIRE(inclusion_holds(index, size, leaves[index], *proof, root));
      CHECK_FALSE(inclusion_holds(index, size, altered(leaves[index]), *proof, root));
      CHECK_FALSE(inclusion_holds(index, size, leaves[index], *proof, altered(root)));
      CHECK_FALSE(inclusion_holds(size, size, leaves[index], *proof, root));
      if (size > 1) CHECK_FALSE(inclusion_holds(index == 0 ? 1 : index - 1, size, leaves[index], *proof, root));
      proof->push_back(root);
      CHECK_FALSE(inclusion_holds(index, size, leaves[index], *proof, root));
    }
  }
  CHECK(inclusion_proof(5, 5, read).error().code == Code::not_found);
}

TEST_CASE("tree: between any two sizes the consistency proof holds, and an altered one does not") {
  const auto leaves = example::leaves(70);
  const auto read = example::reader_of(leaves);
  for (std::uint64_t to = 1; to <= leaves.size(); ++to) {
    const Hash to_root = example::root_of(std::span(leaves).first(to));
    for (std::uint64_t from = 1; from <= to; ++from) {
      const Hash from_root = example::root_of(std::span(leaves).first(from));
      auto proof = consistency_proof(from, to, read);
      REQUIRE(proof);
      REQUIRE(consistency_holds(from, to, from_root, to_root, *proof));
      CHECK_FALSE(consistency_holds(from, to, altered(from_root), to_root, *proof));
      if (from == to) continue;
      CHECK_FALSE(consistency_holds(from, to, from_root, altered(to_root), *proof));
      for (Hash& hash : *proof) {
        const Hash kept = hash;
        hash = altered(hash);
        CHECK_FALSE(consistency_holds(from, to, from_root, to_root, *proof));
        hash = kept;
      }
      proof->pop_back();
      CHECK_FALSE(consistency_holds(from, to, from_root, to_root, *proof));
    }
  }
  CHECK_FALSE(consistency_holds(0, 5, empty_root(), *root_at(5, read), {}));
  CHECK(consistency_proof(0, 5, read).error().code == Code::invalid);
  CHECK(consistency_proof(6, 5, read).error().code == Code::invalid);
}

TEST_CASE("tiles: a tile is full at its 256th hash, and the one above it then begins") {
  GrowingTiles tiles;
  std::vector<FullTile> full;
  constexpr std::uint64_t count = tile_width * tile_width + 3;
  std::vector<Hash> leaves;
  for (std::uint64_t i = 0; i < count; ++i) {
    Bytes number;
    put_be64(number, i);
    leaves.push_back(leaf_hash(number));
    for (FullTile& tile : tiles.append(leaves.back())) {
      CHECK(i % tile_width == tile_width - 1);
      full.push_back(std::move(tile));
    }
  }
  REQUIRE(full.size() == tile_width + 1);
  const FullTile& top = full.back();
  CHECK(top.level == 1);
  CHECK(hashes_of(top.hashes)[1] == example::root_of(std::span(leaves).subspan(tile_width, tile_width)));
  CHECK(hashes_of(full[3].hashes)[5] == leaves[3 * tile_width + 5]);
}
