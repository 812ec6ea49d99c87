#pragma once
// Feeds entries to views, a batch at a time. Each view goes on from its own position; one that fails stands still alone.

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "projections/progress.h"
#include "projections/view.h"

namespace acta {

class Runner {
 public:
  Runner(const Engine& engine, std::vector<const View*> views, std::unique_ptr<ViewStore> store);
  ~Runner();

  // Folds what the ledger holds now. Callers take turns. Error: why a view stands still, if one does; the others have gone on.
  Result<void> catch_up();
  // Follows the ledger until `stop` is set.
  void follow(const std::atomic<bool>& stop);

  std::size_t index_of(const View& view) const;
  std::uint64_t position(std::size_t view) const { return store_->position(view); }
  std::uint64_t slowest() const;
  bool building(std::size_t view) const { return store_->building(view); }
  std::optional<Error> failure(std::size_t view) const;
  bool wait_for(std::size_t view, std::uint64_t size, int timeout_ms) const;
  std::vector<ViewProgress> progress() const;
  const ViewReader& reader(std::size_t view) const { return store_->reader(view); }

  // Error: in_use (one is being rebuilt), unavailable.
  Result<std::unique_ptr<Rebuilding>> rebuild(std::size_t view);

 private:
  struct Unit;
  class Rebuild;
  Result<void> fold_batch(std::uint64_t from, std::uint64_t to);
  Result<void> fold_all();
  Result<void> first_failure() const;
  std::optional<std::uint64_t> slowest_going(std::uint64_t size) const;
  void stop(Unit& unit, Error why);
  void tell_waiting();
  void breathe(std::uint64_t size) const;

  const Engine& engine_;
  std::vector<std::unique_ptr<Unit>> units_;
  std::unique_ptr<ViewStore> store_;
  std::mutex folding_;
  mutable std::mutex waiting_;
  mutable std::condition_variable moved_, asked_;
  mutable std::uint64_t wanted_ = 0;         // the size up to which somebody waits, under waiting_
};

}  // namespace acta
