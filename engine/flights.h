#pragma once
// Which commands are under way: the same key twice at once would be decided twice.

#include <mutex>
#include <unordered_set>

#include "events/ids.h"

namespace acta {

// Any thread.
class Flights {
 public:
  // While it lives, nobody else can take off with the same command id.
  class Flight {
   public:
    Flight(Flights* flights, const CommandId& id) : flights_(flights), id_(id) {}
    Flight(Flight&& other) noexcept : flights_(std::exchange(other.flights_, nullptr)), id_(other.id_) {}
    Flight& operator=(Flight&&) = delete;
    ~Flight() { if (flights_) flights_->land(id_); }

   private:
    Flights* flights_;
    CommandId id_;
  };

  Result<Flight> take_off(const CommandId& id) {
    const std::lock_guard lock(mutex_);
    if (!under_way_.insert(id).second) return error(Code::in_flight, "a command with this idempotency key is under way: wait for its answer");
    return Flight(this, id);
  }

 private:
  void land(const CommandId& id) {
    const std::lock_guard lock(mutex_);
    under_way_.erase(id);
  }

  std::mutex mutex_;
  std::unordered_set<CommandId> under_way_;
};

}  // namespace acta
