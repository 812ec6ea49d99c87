#pragma once
// The Merkle tree of RFC 6962 section 2.1 (proof checks as in RFC 9162 section 2.1.3.2 and 2.1.4.2).

#include <functional>
#include <vector>

#include "events/ids.h"

namespace acta {

Hash empty_root();                                   // SHA-256 of nothing
Hash leaf_hash(ByteView entry);                      // SHA-256(0x00 || entry)
Hash node_hash(const Hash& left, const Hash& right); // SHA-256(0x01 || left || right)

// The roots of the complete subtrees of a tree of `size` leaves, largest first: all that appending needs.
struct RightEdge {
  std::uint64_t size = 0;
  std::vector<Hash> peaks;
  void append(const Hash& leaf);
  Hash root() const;
  bool operator==(const RightEdge&) const = default;
};

// The root of the complete subtree of 2^level leaves number `index` (from the left). Level 0: a leaf hash.
using SubtreeReader = std::function<Result<Hash>(unsigned level, std::uint64_t index)>;

Result<Hash> root_at(std::uint64_t size, const SubtreeReader& read);
// Error: not_found when index >= size.
Result<std::vector<Hash>> inclusion_proof(std::uint64_t index, std::uint64_t size, const SubtreeReader& read);
// 0 < from <= to. Error: invalid.
Result<std::vector<Hash>> consistency_proof(std::uint64_t from, std::uint64_t to, const SubtreeReader& read);

bool inclusion_holds(std::uint64_t index, std::uint64_t size, const Hash& leaf, const std::vector<Hash>& proof, const Hash& root);
bool consistency_holds(std::uint64_t from, std::uint64_t to, const Hash& from_root, const Hash& to_root, const std::vector<Hash>& proof);

}  // namespace acta
