#pragma once
// Feeds entries to views, a batch at a time.

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "projections/view.h"

namespace acta {

class Runner {
 public:
  Runner(const Engine& engine, std::vector<View> views, std::unique_ptr<ViewStore> store);

  // Folds what the ledger holds now. Callers take turns. Error: damaged, unavailable; the views then stand still.
  Result<void> catch_up();
  // Follows the ledger until `stop` is set.
  void follow(const std::atomic<bool>& stop);
  std::uint64_t position() const;
  bool wait_for(std::uint64_t size, int timeout_ms) const;
  std::optional<Error> failure() const;
  const ViewStore& store() const { return *store_; }

 private:
  Result<void> fold_batch(std::uint64_t from, std::uint64_t to);
  Result<void> fold_entry(ViewStore::Batch& batch, Position position, ByteView stored);
  Result<void> fold_all();

  const Engine& engine_;
  std::vector<View> views_;
  std::unique_ptr<ViewStore> store_;
  std::mutex folding_;
  mutable std::mutex waiting_;
  mutable std::condition_variable moved_;
  std::optional<Error> failure_;
};

}  // namespace acta
