#pragma once
// What the readers of one server share. Private to feeds.cpp and feed_reader.cpp.

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>

#include "api/feeds.h"

namespace acta {

class FeedReader;

// A commit, a first reader or the end: what the thread waits for. Its own lock, so that the committer waits for nobody.
class FeedSignal {
 public:
  void give() {
    const std::lock_guard lock(mutex_);
    given_ = true;
    changed_.notify_one();
  }
  void wait(std::chrono::milliseconds most) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, most, [this] { return given_; });
    given_ = false;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool given_ = false;
};

struct FeedHall {
  FeedHall(const Engine& served, const FeedLimits& chosen) : engine(served), limits(chosen), ring(chosen.ring) {}

  const Engine& engine;
  const FeedLimits limits;
  const std::shared_ptr<FeedSignal> signal = std::make_shared<FeedSignal>();

  mutable std::mutex mutex;                  // of all below; nobody waits for anything while he holds it
  FeedRing ring;
  std::set<const FeedReader*> following;     // all there are, for who asks how far they are
  std::vector<FeedReader*> parked;
  std::map<std::string, std::size_t> per_person;
  std::size_t readers = 0;
  bool stopped = false;
  bool failed = false;                       // an entry could not be read: nobody is served any more
};

}  // namespace acta
