#include "engine/ledger/tree.h"

#include "engine/ledger/remembered_subtrees.h"
#include "tests/engine/ledger/worked_example.h"

using namespace acta;

namespace {

constexpr std::uint64_t size_max = 300;

std::string hex(const Hash& hash) { return to_text(hash); }

Hash altered(Hash hash) {
  hash.bytes[7] ^= 0x20;
  return hash;
}

// Roots of all subtrees and trees of the example's leaves, each by the definition from the two halves of it.
struct Roots {
  std::vector<std::vector<Hash>> subtrees = {example::leaves(size_max)};
  std::vector<Hash> trees = {empty_root()};   // by size

  Roots() {
    for (const auto* below = &subtrees[0]; below->size() > 1; below = &subtrees.back()) {
      std::vector<Hash> level;
      for (std::size_t i = 0; i + 1 < below->size(); i += 2) level.push_back(node_hash((*below)[i], (*below)[i + 1]));
      subtrees.push_back(std::move(level));
    }
    for (std::uint64_t size = 1; size <= size_max; ++size) trees.push_back(example::root_of(std::span(leaves()).first(size)));
  }
  const std::vector<Hash>& leaves() const { return subtrees[0]; }
  SubtreeReader reader() const {
    return [this](unsigned level, std::uint64_t index) -> Result<Hash> { return subtrees.at(level).at(index); };
  }
};

const Roots& roots() {
  static const Roots held;
  return held;
}

template <class Holds>
void check_each_hash_counts(std::vector<Hash> proof, const Holds& holds) {
  for (std::size_t i = 0; i < proof.size(); ++i) {
    const Hash kept = std::exchange(proof[i], altered(proof[i]));
    REQUIRE_FALSE(holds(proof));
    proof[i] = kept;
    std::vector<Hash> shorter = proof;
    shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(i));
    REQUIRE_FALSE(holds(shorter));
    if (i == 0 || proof[i] == proof[i - 1]) continue;
    std::swap(proof[i], proof[i - 1]);
    REQUIRE_FALSE(holds(proof));
    std::swap(proof[i], proof[i - 1]);
  }
  for (const Hash& more : {Hash{}, empty_root()}) {
    proof.push_back(more);
    REQUIRE_FALSE(holds(proof));
    proof.pop_back();
  }
}

// The sides on which the siblings of a leaf stand, from the leaf up, by the definition: true is left.
std::vector<bool> way_up(std::uint64_t index, std::uint64_t size) {
  if (size == 1) return {};
  std::uint64_t k = 1;
  while (k * 2 < size) k *= 2;
  std::vector<bool> way = index < k ? way_up(index, k) : way_up(index - k, size - k);
  way.push_back(index >= k);
  return way;
}

}  // namespace

TEST_CASE("tree: the known answers of RFC 6962") {
  CHECK(hex(empty_root()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hex(leaf_hash({})) == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

TEST_CASE("tree: leaves, roots and the consistency proof of the worked example") {
  const auto leaves = example::leaves(5);
  CHECK(hex(leaves[0]) == "6734db3b19b64dc83703f9a1f4aee7697dfb292fb4e0827cc63f8a351b1b3609");
  CHECK(hex(leaves[1]) == "a9e8895f52faac9f644cd89d459e619f53f77b58e69f421918edc1646ef48494");
  CHECK(hex(leaves[2]) == "4fb70daa0a6daaf7e93f2b37c5e5df73346630fd8a51996d50f1d8eeff279426");
  CHECK(hex(leaves[3]) == "5f3e698cf937622aca7c6bf273ef2176092ec33c162dccae39df8701625d189f");
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
  CHECK((*proof)[2] == node_hash(leaves[0], leaves[1]));
  CHECK((*proof)[3] == leaves[4]);
}

TEST_CASE("tree: the inclusion proof of index 2 of the worked example") {
  const auto leaves = example::leaves(5);
  const auto proof = inclusion_proof(2, 5, example::reader_of(leaves));
  REQUIRE(proof);
  CHECK(*proof == std::vector<Hash>{leaves[3], node_hash(leaves[0], leaves[1]), leaves[4]});
  CHECK(inclusion_holds(2, 5, leaves[2], *proof, example::root_of(leaves)));
}

TEST_CASE("tree: every right edge has the root of the definition, and so has every size afterwards") {
  RightEdge edge;
  CHECK(edge.root() == empty_root());
  for (std::uint64_t size = 1; size <= size_max; ++size) {
    edge.append(roots().leaves()[size - 1]);
    CHECK(edge.size == size);
    CHECK(edge.root() == roots().trees[size]);
    CHECK(*root_at(size, roots().reader()) == roots().trees[size]);
  }
  CHECK(*root_at(0, roots().reader()) == empty_root());
}

TEST_CASE("tree: at every size every inclusion proof holds, and with any hash altered, missing, swapped or added it does not") {
  for (std::uint64_t size = 1; size <= size_max; ++size) {
    const Hash root = roots().trees[size];
    for (std::uint64_t index = 0; index < size; ++index) {
      const Hash leaf = roots().leaves()[index];
      const auto proof = inclusion_proof(index, size, roots().reader());
      REQUIRE(proof);
      REQUIRE(proof->size() == way_up(index, size).size());
      REQUIRE(inclusion_holds(index, size, leaf, *proof, root));
      REQUIRE_FALSE(inclusion_holds(index, size, altered(leaf), *proof, root));
      REQUIRE_FALSE(inclusion_holds(index, size, leaf, *proof, altered(root)));
      if (size % 23 == 0 || size < 24) check_each_hash_counts(*proof, [&](const std::vector<Hash>& other) { return inclusion_holds(index, size, leaf, other, root); });
    }
  }
}

TEST_CASE("tree: an inclusion proof holds at no other index, and at no other size whose way to the root differs") {
  for (const std::uint64_t size : {1ull, 2ull, 3ull, 5ull, 8ull, 31ull, 32ull, 33ull, 63ull, 64ull, 65ull, 130ull}) {
    for (std::uint64_t index = 0; index < size; ++index) {
      const auto proof = inclusion_proof(index, size, roots().reader());
      REQUIRE(proof);
      for (std::uint64_t other = 0; other < size + 3; ++other) {
        if (other != index) REQUIRE_FALSE(inclusion_holds(other, size, roots().leaves()[index], *proof, roots().trees[size]));
      }
      const auto way = way_up(index, size);
      for (std::uint64_t other = 0; other < 2 * size + 2; ++other) {
        const bool same_way = other > index && way_up(index, other) == way;
        REQUIRE(inclusion_holds(index, other, roots().leaves()[index], *proof, roots().trees[size]) == same_way);
      }
    }
  }
}

TEST_CASE("tree: an index that is not below the size is refused, proven or asked for") {
  const auto& leaves = roots().leaves();
  CHECK_FALSE(inclusion_holds(0, 0, leaves[0], {}, leaves[0]));
  CHECK_FALSE(inclusion_holds(1, 1, leaves[0], {}, leaves[0]));
  CHECK_FALSE(inclusion_holds(UINT64_MAX, 1, leaves[0], {}, leaves[0]));
  CHECK_FALSE(inclusion_holds(UINT64_MAX, UINT64_MAX, leaves[0], {}, leaves[0]));
  for (const std::uint64_t index : {5ull, 6ull, 1'000ull}) CHECK(inclusion_proof(index, 5, roots().reader()).error().code == Code::not_found);
}

TEST_CASE("tree: between any two sizes the consistency proof holds, and no altered one does") {
  for (std::uint64_t to = 1; to <= size_max; ++to) {
    const Hash to_root = roots().trees[to];
    for (std::uint64_t from = 1; from <= to; ++from) {
      const Hash from_root = roots().trees[from];
      const auto proof = consistency_proof(from, to, roots().reader());
      REQUIRE(proof);
      REQUIRE(consistency_holds(from, to, from_root, to_root, *proof));
      REQUIRE_FALSE(consistency_holds(from, to, altered(from_root), to_root, *proof));
      REQUIRE_FALSE(consistency_holds(from, to, from_root, altered(to_root), *proof));
      if (to % 23 == 0 || to < 24) check_each_hash_counts(*proof, [&](const std::vector<Hash>& other) { return consistency_holds(from, to, from_root, to_root, other); });
    }
  }
}

TEST_CASE("tree: a consistency proof holds from no other size, and to none that is smaller or the same") {
  for (const std::uint64_t to : {2ull, 3ull, 7ull, 8ull, 9ull, 64ull, 65ull, 100ull, 256ull, 257ull}) {
    for (std::uint64_t from = 1; from < to; ++from) {
      const auto proof = consistency_proof(from, to, roots().reader());
      REQUIRE(proof);
      for (std::uint64_t other = 0; other <= to + 1; ++other) {
        if (other != from) REQUIRE_FALSE(consistency_holds(other, to, roots().trees[from], roots().trees[to], *proof));
      }
      for (std::uint64_t other = 0; other <= from; ++other) REQUIRE_FALSE(consistency_holds(from, other, roots().trees[from], roots().trees[to], *proof));
    }
  }
}

TEST_CASE("tree: equal sizes are consistent when their roots are equal, without any proof") {
  for (const std::uint64_t size : {1ull, 2ull, 5ull, 8ull, 300ull}) {
    CHECK(consistency_proof(size, size, roots().reader())->empty());
    CHECK(consistency_holds(size, size, roots().trees[size], roots().trees[size], {}));
    CHECK_FALSE(consistency_holds(size, size, roots().trees[size], altered(roots().trees[size]), {}));
    CHECK_FALSE(consistency_holds(size, size, roots().trees[size], roots().trees[size], {Hash{}}));
  }
}

TEST_CASE("tree: from nothing, and from more to less, nothing can be proved") {
  CHECK_FALSE(consistency_holds(0, 5, empty_root(), roots().trees[5], {}));
  CHECK_FALSE(consistency_holds(0, 0, empty_root(), empty_root(), {}));
  CHECK_FALSE(consistency_holds(6, 5, roots().trees[6], roots().trees[5], {}));
  CHECK_FALSE(consistency_holds(3, 5, roots().trees[3], roots().trees[5], {}));
  CHECK_FALSE(consistency_holds(4, 5, roots().trees[4], roots().trees[5], {}));
  CHECK(consistency_proof(0, 5, roots().reader()).error().code == Code::invalid);
  CHECK(consistency_proof(6, 5, roots().reader()).error().code == Code::invalid);
}

TEST_CASE("tree: a subtree that cannot be read is told, not proved around") {
  const SubtreeReader broken = [](unsigned, std::uint64_t) -> Result<Hash> { return error(Code::damaged, "leaf hash 3 is missing"); };
  CHECK(root_at(5, broken).error().code == Code::damaged);
  CHECK(inclusion_proof(2, 5, broken).error().code == Code::damaged);
  CHECK(consistency_proof(3, 5, broken).error().code == Code::damaged);
}

TEST_CASE("tree: what was read once is not read again, and proofs are the same") {
  std::uint64_t reads = 0;
  RememberedSubtrees remembered([&](unsigned level, std::uint64_t index) {
    ++reads;
    return roots().reader()(level, index);
  });
  for (std::uint64_t index = 0; index < size_max; ++index) REQUIRE(*inclusion_proof(index, size_max, remembered.reader()) == *inclusion_proof(index, size_max, roots().reader()));
  const auto first_time = std::exchange(reads, 0);
  CHECK(first_time < 3 * size_max);
  REQUIRE(inclusion_proof(200, size_max, remembered.reader()));
  CHECK(reads == 1);   // the sibling leaf
}

TEST_CASE("tree: what could not be read is asked for again") {
  bool readable = false;
  RememberedSubtrees remembered([&](unsigned level, std::uint64_t index) { return readable ? roots().reader()(level, index) : Result<Hash>(error(Code::unavailable, "not now")); });
  CHECK_FALSE(root_at(size_max, remembered.reader()));
  readable = true;
  CHECK(*root_at(size_max, remembered.reader()) == roots().trees[size_max]);
}
