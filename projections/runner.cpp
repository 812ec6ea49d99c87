#include "projections/runner.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>

namespace acta {
namespace {

constexpr std::uint64_t batch_entries_max = 1'000;
constexpr int look_for_stop_every_ms = 100;

}  // namespace

Runner::Runner(const Engine& engine, std::vector<View> views, std::unique_ptr<ViewStore> store)
    : engine_(engine), views_(std::move(views)), store_(std::move(store)) {}

std::uint64_t Runner::position() const {
  auto slowest = store_->position(0);
  for (std::size_t i = 1; i < views_.size(); ++i) slowest = std::min(slowest, store_->position(i));
  return slowest;
}

Result<void> Runner::fold_entry(ViewStore::Batch& batch, Position position, ByteView stored) {
  ACTA_TRY(const auto entry, decode(stored));
  for (std::size_t i = 0; i < views_.size(); ++i)
    if (store_->position(i) <= position.value) ACTA_CHECK(views_[i].fold(engine_, entry, batch.writer(i)));
  return {};
}

Result<void> Runner::fold_batch(std::uint64_t from, std::uint64_t to) {
  const auto batch = store_->begin();
  Result<void> folded;
  ACTA_CHECK(engine_.ledger().scan(Position{from}, Position{to}, [&](Position position, ByteView stored) {
    folded = fold_entry(*batch, position, stored);
    return static_cast<bool>(folded);
  }));
  ACTA_CHECK(folded);
  return batch->commit(to);
}

Result<void> Runner::fold_all() {
  const auto size = engine_.ledger().head().size;
  while (position() < size) {
    const auto from = position();
    ACTA_CHECK(fold_batch(from, std::min(size, from + batch_entries_max)));
    const std::lock_guard lock(waiting_);
    moved_.notify_all();
  }
  return {};
}

Result<void> Runner::catch_up() {
  const std::lock_guard turn(folding_);
  if (auto before = failure()) return *before;
  auto folded = fold_all();
  if (folded) return {};
  spdlog::error("views_stopped position={} reason=\"{}\"", position(), folded.error().message);
  const std::lock_guard lock(waiting_);
  failure_ = folded.error();
  moved_.notify_all();
  return folded;
}

void Runner::follow(const std::atomic<bool>& stop) {
  while (!stop && catch_up()) engine_.ledger().wait_beyond(position(), look_for_stop_every_ms);
}

bool Runner::wait_for(std::uint64_t size, int timeout_ms) const {
  std::unique_lock lock(waiting_);
  moved_.wait_for(lock, std::chrono::milliseconds(timeout_ms), [&] { return position() >= size || failure_; });
  return position() >= size;
}

std::optional<Error> Runner::failure() const {
  const std::lock_guard lock(waiting_);
  return failure_;
}

}  // namespace acta
