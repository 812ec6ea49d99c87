#pragma once
// How many may be connected: in all, and from one address. Any thread.

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

namespace acta {

class Admission {
 public:
  using Address = std::array<std::uint8_t, 16>;
  struct Caps {
    std::size_t connections = 0, per_address = 0;
  };
  explicit Admission(const Caps& caps) : caps_(caps) {}

  // Held as long as the connection is; the admission outlives it. Nothing: no more, now.
  using Place = std::shared_ptr<void>;
  Place admit(const Address& address);
  std::size_t count() const;
  // Waits until nobody is connected any more, or so long.
  void wait_until_empty(std::chrono::milliseconds limit) const;

 private:
  void leave(const Address& address);

  const Caps caps_;
  mutable std::mutex mutex_;
  mutable std::condition_variable left_;
  std::size_t count_ = 0;
  std::map<Address, std::size_t> by_address_;
};

}  // namespace acta
