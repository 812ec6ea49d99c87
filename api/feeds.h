#pragma once
// All feeds that follow the ledger. One thread encodes each new entry once, into a ring of the newest; a reader that keeps
// up is served from there and costs nothing while nothing happens that it wants. Who is behind the ring reads the ledger at
// its own pace, and never makes the writer or another reader wait.

#include <chrono>

#include "api/feed_ring.h"
#include "api/http.h"

namespace acta {

struct FeedLimits {
  std::size_t readers_max = 2'048, readers_per_person_max = 1'024;
  FeedRingBounds ring = {};
  std::chrono::milliseconds progress_every{10'000};    // clients are promised 15 s
};

struct FollowOptions {
  std::string actor = {};                              // whose feed it is
  Position from = {};
  EntryFilter filter = {};
  Frames frames = Frames::ndjson;
  std::optional<std::uint64_t> events_max = {};        // then it ends
};

struct FeedCounts {
  std::size_t readers = 0, parked = 0;                 // parked: caught up, waiting for what comes
  std::size_t ring_entries = 0, ring_bytes = 0;
  std::optional<Position> furthest_behind = {};        // what its connection is given next; nothing without readers
};

// Runs what it is given, at once or elsewhere.
using Runs = std::function<void(std::function<void()>)>;

// Any thread. Feeds may outlive it, and then have nothing more to give.
class Feeds {
 public:
  // `runs`: where readers are woken, all of a round together.
  Feeds(Engine& engine, const FeedLimits& limits, Runs runs = [](const std::function<void()>& work) { work(); });
  ~Feeds();
  Feeds(const Feeds&) = delete;
  Feeds& operator=(const Feeds&) = delete;

  // Error: busy, beyond the limits.
  Result<std::shared_ptr<Feed>> follow(FollowOptions options);
  // Every reader is woken, for good.
  void stop();
  FeedCounts counts() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace acta
