#pragma once
// Wakes whoever waits for the end. Any thread.

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
    const std::lock_guard lock(mutex_);
    for (const auto& [number, woken] : listeners_) woken();
  }

 private:
  std::mutex mutex_;
  std::map<std::uint64_t, std::function<void()>> listeners_;
  std::uint64_t last_ = 0;
};

}  // namespace acta
