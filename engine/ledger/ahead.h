#pragma once
// Things made on several threads and taken in their order by one, which makes some itself rather than wait. Private to
// engine/ledger.

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "events/thread_name.h"

namespace acta {

template <class Thing>
class Ahead {
 public:
  // Of `count` things, numbered from 0. `make` is called from up to `cores` threads at once; 1: from the taker's alone.
  Ahead(std::uint64_t count, unsigned cores, std::function<Thing(std::uint64_t number)> make) : count_(count), window_(2 * cores), make_(std::move(make)) {
    for (unsigned i = 1; i < cores; ++i) workers_.emplace_back([this] { work(); });
  }
  ~Ahead() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    room_.notify_all();
    for (std::thread& worker : workers_) worker.join();
  }
  Ahead(const Ahead&) = delete;
  Ahead& operator=(const Ahead&) = delete;

  bool done() const { return taken_ == count_; }   // the taker's thread alone
  // The next one. Not when done.
  Thing next() {
    std::unique_lock lock(mutex_);
    while (!made_.contains(taken_)) {
      if (may_begin()) make_one(lock);
      else ready_.wait(lock);
    }
    Thing thing = std::move(made_.extract(taken_).mapped());
    ++taken_;
    room_.notify_one();
    return thing;
  }

 private:
  // Few are kept at a time: memory does not grow with the count.
  bool may_begin() const { return begun_ < count_ && begun_ < taken_ + window_; }
  void make_one(std::unique_lock<std::mutex>& lock) {
    const std::uint64_t number = begun_++;
    lock.unlock();
    Thing thing = make_(number);
    lock.lock();
    made_.emplace(number, std::move(thing));
    ready_.notify_one();
  }
  void work() {
    name_this_thread("verify");
    std::unique_lock lock(mutex_);
    for (;;) {
      room_.wait(lock, [this] { return stop_ || begun_ == count_ || may_begin(); });
      if (stop_ || begun_ == count_) return;
      make_one(lock);
    }
  }

  const std::uint64_t count_, window_;
  const std::function<Thing(std::uint64_t)> make_;
  std::mutex mutex_;
  std::condition_variable room_, ready_;
  std::uint64_t begun_ = 0, taken_ = 0;
  std::map<std::uint64_t, Thing> made_;
  bool stop_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace acta
