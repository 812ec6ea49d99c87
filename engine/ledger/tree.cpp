#include "engine/ledger/tree.h"

#include <bit>

#include "events/assert.h"
#include "events/sha256.h"

namespace acta {
namespace {

constexpr std::uint8_t leaf_prefix = 0x00;
constexpr std::uint8_t node_prefix = 0x01;

// Leaves begin .. end of the tree. `begin` is a multiple of the smallest power of two that holds the range.
struct Range {
  std::uint64_t begin = 0, end = 0;
  std::uint64_t count() const { return end - begin; }
  // RFC 6962 2.1: the left part holds the largest power of two below the count.
  std::uint64_t split() const { return begin + std::bit_floor(count() - 1); }
};

Result<std::vector<Hash>> peaks_of(const Range& range, const SubtreeReader& read) {
  std::vector<Hash> peaks;
  for (std::uint64_t at = range.begin; at < range.end;) {
    const std::uint64_t leaves = std::bit_floor(range.end - at);
    const auto level = static_cast<unsigned>(std::countr_zero(leaves));
    ACTA_TRY(const Hash peak, read(level, at >> level));
    peaks.push_back(peak);
    at += leaves;
  }
  return peaks;
}

Hash fold(const std::vector<Hash>& peaks) {
  Hash root = peaks.back();
  for (std::size_t i = peaks.size() - 1; i > 0; --i) root = node_hash(peaks[i - 1], root);
  return root;
}

Result<Hash> root_of(const Range& range, const SubtreeReader& read) {
  ACTA_TRY(const std::vector<Hash> peaks, peaks_of(range, read));
  return fold(peaks);
}

// RFC 6962 2.1.1 PATH.
Result<void> put_path(std::uint64_t index, const Range& range, const SubtreeReader& read, std::vector<Hash>& proof) {
  if (range.count() == 1) return {};
  const Range left{range.begin, range.split()}, right{range.split(), range.end};
  const bool goes_left = index < left.end;
  ACTA_CHECK(put_path(index, goes_left ? left : right, read, proof));
  ACTA_TRY(const Hash sibling, root_of(goes_left ? right : left, read));
  proof.push_back(sibling);
  return {};
}

// RFC 6962 2.1.2 SUBPROOF; `whole`: the range so far is all of the earlier tree, whose root the verifier has.
Result<void> put_subproof(std::uint64_t from, const Range& range, bool whole, const SubtreeReader& read, std::vector<Hash>& proof) {
  if (from == range.end) {
    if (whole) return {};
    ACTA_TRY(const Hash root, root_of(range, read));
    proof.push_back(root);
    return {};
  }
  const Range left{range.begin, range.split()}, right{range.split(), range.end};
  const bool goes_left = from <= left.end;
  ACTA_CHECK(goes_left ? put_subproof(from, left, whole, read, proof) : put_subproof(from, right, false, read, proof));
  ACTA_TRY(const Hash sibling, root_of(goes_left ? right : left, read));
  proof.push_back(sibling);
  return {};
}

// Where a proof check stands: `at` on the path that is proved, `last` on the right edge (fn and sn of RFC 9162).
struct Climb {
  std::uint64_t at = 0, last = 0;
  bool above_root() const { return last == 0; }
  bool sibling_is_left() const { return (at & 1) == 1 || at == last; }
  void up() { at >>= 1; last >>= 1; }
  void skip_missing_siblings() {
    while ((at & 1) == 0 && at != 0) up();
  }
};

struct TwoRoots {
  Hash from, to;
};

void climb_both(Climb& climb, TwoRoots& roots, const Hash& sibling) {
  if (climb.sibling_is_left()) {
    roots = {.from = node_hash(sibling, roots.from), .to = node_hash(sibling, roots.to)};
    climb.skip_missing_siblings();
  } else {
    roots.to = node_hash(roots.to, sibling);
  }
  climb.up();
}

}  // namespace

Hash empty_root() { return sha256(ByteView()); }

Hash leaf_hash(ByteView entry) { return sha256({ByteView(&leaf_prefix, 1), entry}); }

Hash node_hash(const Hash& left, const Hash& right) { return sha256({ByteView(&node_prefix, 1), view(left), view(right)}); }

void RightEdge::append(const Hash& leaf) {
  peaks.push_back(leaf);
  for (std::uint64_t rest = size; (rest & 1) == 1; rest >>= 1) {
    const Hash right = peaks.back();
    peaks.pop_back();
    peaks.back() = node_hash(peaks.back(), right);
  }
  ++size;
  ACTA_ASSERT(peaks.size() == static_cast<std::size_t>(std::popcount(size)));
}

Hash RightEdge::root() const { return peaks.empty() ? empty_root() : fold(peaks); }

Result<Hash> root_at(std::uint64_t size, const SubtreeReader& read) {
  if (size == 0) return empty_root();
  return root_of({.begin = 0, .end = size}, read);
}

Result<std::vector<Hash>> inclusion_proof(std::uint64_t index, std::uint64_t size, const SubtreeReader& read) {
  if (index >= size) return error(Code::not_found, "position " + std::to_string(index) + " is not in a tree of size " + std::to_string(size));
  std::vector<Hash> proof;
  ACTA_CHECK(put_path(index, {.begin = 0, .end = size}, read, proof));
  return proof;
}

Result<std::vector<Hash>> consistency_proof(std::uint64_t from, std::uint64_t to, const SubtreeReader& read) {
  if (from == 0 || from > to) return error(Code::invalid, "a consistency proof needs 0 < from <= to, not " + std::to_string(from) + " and " + std::to_string(to));
  std::vector<Hash> proof;
  ACTA_CHECK(put_subproof(from, {.begin = 0, .end = to}, true, read, proof));
  return proof;
}

bool inclusion_holds(std::uint64_t index, std::uint64_t size, const Hash& leaf, const std::vector<Hash>& proof, const Hash& root) {
  if (index >= size) return false;
  Climb climb{.at = index, .last = size - 1};
  Hash reached = leaf;
  for (const Hash& sibling : proof) {
    if (climb.above_root()) return false;
    if (climb.sibling_is_left()) {
      reached = node_hash(sibling, reached);
      climb.skip_missing_siblings();
    } else {
      reached = node_hash(reached, sibling);
    }
    climb.up();
  }
  return climb.above_root() && reached == root;
}

bool consistency_holds(std::uint64_t from, std::uint64_t to, const Hash& from_root, const Hash& to_root, const std::vector<Hash>& proof) {
  if (from == 0 || from > to) return false;
  if (from == to) return proof.empty() && from_root == to_root;
  const bool starts_at_root = std::has_single_bit(from);
  if (!starts_at_root && proof.empty()) return false;
  const Hash first = starts_at_root ? from_root : proof.front();
  Climb climb{.at = from - 1, .last = to - 1};
  while ((climb.at & 1) == 1) climb.up();
  TwoRoots roots{.from = first, .to = first};
  for (std::size_t i = starts_at_root ? 0 : 1; i < proof.size(); ++i) {
    if (climb.above_root()) return false;
    climb_both(climb, roots, proof[i]);
  }
  return climb.above_root() && roots.from == from_root && roots.to == to_root;
}

}  // namespace acta
