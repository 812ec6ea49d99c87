#pragma once
// What is counted of requests. Plain numbers; metrics.cpp gives them names and units.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/measures.h"

namespace acta {

inline constexpr std::size_t statuses_first = 100, statuses_end = 600;

// Any thread.
class HttpMeasures {
 public:
  // Routes are numbered as in routes(); `routes` itself stands for requests that met none.
  explicit HttpMeasures(std::size_t routes);

  void count(std::size_t route, int status, std::int64_t micros);
  std::uint64_t answered(std::size_t route, std::size_t status) const { return routes_[route]->statuses[status - statuses_first].value(); }
  const MicrosDistribution& micros(std::size_t route) const { return routes_[route]->micros; }

  // What was refused before it came to a route. Reasons are ours, few and fixed.
  struct Refusal {
    int status = 0;                  // 0: ended without an answer
    std::string reason = {};         // as a problem's page is named: `framing`, `timed-out`
    auto operator<=>(const Refusal&) const = default;
  };
  void refuse(Refusal refusal);
  std::map<Refusal, std::uint64_t> refused() const;

  // A connection had its share of pipelined requests answered, and others had their turn.
  void count_pause() { pauses_.add(); }
  std::uint64_t pauses() const { return pauses_.value(); }

  // The same thing, counted as an open feed for as long as somebody holds it.
  template <class Feed>
  std::shared_ptr<Feed> counted(std::shared_ptr<Feed> feed) {
    feeds_open_.fetch_add(1, std::memory_order_relaxed);
    Feed* raw = feed.get();
    return {raw, [this, held = std::move(feed)](Feed*) mutable {
              held.reset();
              feeds_open_.fetch_sub(1, std::memory_order_relaxed);
            }};
  }
  std::uint64_t feeds_open() const { return feeds_open_.load(std::memory_order_relaxed); }

 private:
  struct Route {
    std::array<Count, statuses_end - statuses_first> statuses;
    MicrosDistribution micros{micros_bounds};
  };
  std::vector<std::unique_ptr<Route>> routes_;
  std::atomic<std::uint64_t> feeds_open_ = 0;
  Count pauses_;
  mutable std::mutex mutex_;         // of refused_
  std::map<Refusal, std::uint64_t> refused_;
};

}  // namespace acta
