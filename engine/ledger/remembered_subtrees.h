#pragma once
// Roots of complete subtrees that were read once: they never change, and proofs want the same upper ones again and again.

#include <map>
#include <mutex>

#include "engine/ledger/tree.h"

namespace acta {

// Any thread, as far as what it reads through is for any.
class RememberedSubtrees {
 public:
  explicit RememberedSubtrees(SubtreeReader read) : read_(std::move(read)) {}
  // Not to outlive this.
  SubtreeReader reader() {
    return [this](unsigned level, std::uint64_t index) { return get({level, index}); };
  }

 private:
  using Subtree = std::pair<unsigned, std::uint64_t>;   // level and index
  static constexpr std::size_t roots_max = 65'536;

  Result<Hash> get(const Subtree& of);
  std::optional<Hash> find(const Subtree& of) const;
  void put(const Subtree& of, const Hash& root);

  const SubtreeReader read_;
  mutable std::mutex mutex_;
  std::map<Subtree, Hash> roots_;
};

}  // namespace acta
