#pragma once
// How many threads of the sockets may be at work on a request at a time: some must always be left for the sockets.

#include <atomic>

namespace acta {

class Seats {
 public:
  explicit Seats(int count) : free_(count) {}

  // Held while the work lasts; false when none was free.
  class Seat {
   public:
    explicit Seat(std::atomic<int>& free) : free_(free), taken_(free.fetch_sub(1) > 0) {
      if (!taken_) ++free_;
    }
    ~Seat() {
      if (taken_) ++free_;
    }
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;
    explicit operator bool() const { return taken_; }

   private:
    std::atomic<int>& free_;
    const bool taken_;
  };
  Seat take() { return Seat(free_); }

 private:
  std::atomic<int> free_;
};

}  // namespace acta
