#include "api/awaited_lines.h"

namespace acta {

Answered AwaitedLines::add(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  Line& line = lines_.emplace_back(Line{.number = number, .result = {}});
  ++under_way_;
  return [this, &line](Result<Recorded> result) { take(line, std::move(result)); };
}

void AwaitedLines::take_back() {
  const std::lock_guard lock(mutex_);
  lines_.pop_back();
  --under_way_;
}

// Told under the lock: who waits may end with the last answer, and this object with it.
void AwaitedLines::take(Line& line, Result<Recorded> result) {
  const std::lock_guard lock(mutex_);
  failed_ = failed_ || !result;
  line.result = std::move(result);
  --under_way_;
  if (wanted_ && under_way_ <= *wanted_) fewer_.notify_one();
}

void AwaitedLines::wait_for(std::size_t under_way_max) {
  std::unique_lock lock(mutex_);
  wanted_ = under_way_max;
  fewer_.wait(lock, [&] { return under_way_ <= under_way_max; });
  wanted_.reset();
}

std::size_t AwaitedLines::under_way() const {
  const std::lock_guard lock(mutex_);
  return under_way_;
}

bool AwaitedLines::any_failed() const {
  const std::lock_guard lock(mutex_);
  return failed_;
}

}  // namespace acta
