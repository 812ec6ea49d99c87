#pragma once
// Wakes whoever waits: for a commit, or for the end. Any thread.

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>

namespace acta {

class Bell {
 public:
  // `woken` is called on the ringing thread and must not block; never after `forget` has returned.
  std::uint64_t listen(std::function<void()> woken) {
    const std::lock_guard lock(mutex_);
    listeners_.emplace(++last_, std::move(woken));
    return last_;
  }
  void forget(std::uint64_t listener) {
    const std::lock_guard lock(mutex_);
    listeners_.erase(listener);
  }
  void ring() {
    ++rung_;
    const std::lock_guard lock(mutex_);
    for (const auto& [number, woken] : listeners_) woken();
  }
  // How often it rang: who compares before waiting misses nothing.
  std::uint64_t rung() const { return rung_; }

 private:
  std::mutex mutex_;
  std::map<std::uint64_t, std::function<void()>> listeners_;
  std::uint64_t last_ = 0;
  std::atomic<std::uint64_t> rung_ = 0;
};

}  // namespace acta
