#pragma once
// Which definition a case follows, for the cases asked about last. It never changes, so what is known need not be read again.

#include <memory>
#include <mutex>
#include <unordered_map>

#include "engine/process/definition.h"
#include "events/ids.h"

namespace acta {

// Any thread.
class PinnedDefinitions {
 public:
  std::shared_ptr<const Definition> find(const CaseId& id) const {
    const std::lock_guard lock(mutex_);
    const auto found = by_case_.find(id);
    return found == by_case_.end() ? nullptr : found->second;
  }

  void put(const CaseId& id, std::shared_ptr<const Definition> definition) {
    const std::lock_guard lock(mutex_);
    if (by_case_.size() >= cases_max) by_case_.clear();
    by_case_.insert_or_assign(id, std::move(definition));
  }

 private:
  static constexpr std::size_t cases_max = 65'536;
  mutable std::mutex mutex_;
  std::unordered_map<CaseId, std::shared_ptr<const Definition>> by_case_;
};

}  // namespace acta
