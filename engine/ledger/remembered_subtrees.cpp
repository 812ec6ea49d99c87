#include "engine/ledger/remembered_subtrees.h"

namespace acta {

Result<Hash> RememberedSubtrees::get(const Subtree& of) {
  if (of.first == 0) return read_(of.first, of.second);
  if (const auto known = find(of)) return *known;
  ACTA_TRY(const Hash root, read_(of.first, of.second));
  put(of, root);
  return root;
}

std::optional<Hash> RememberedSubtrees::find(const Subtree& of) const {
  const std::lock_guard lock(mutex_);
  const auto known = roots_.find(of);
  return known == roots_.end() ? std::nullopt : std::optional(known->second);
}

void RememberedSubtrees::put(const Subtree& of, const Hash& root) {
  const std::lock_guard lock(mutex_);
  if (roots_.size() >= roots_max) roots_.clear();
  roots_.emplace(of, root);
}

}  // namespace acta
