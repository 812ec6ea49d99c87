#pragma once
// What the engine counts while it works. Plain numbers: whoever shows them gives them names and units.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace acta {

// Any thread; a count costs the writer one relaxed addition.
class Count {
 public:
  void add(std::uint64_t more = 1) { value_.fetch_add(more, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

// How often a value lay at or below each bound, and above the last. Any thread. A reader that comes while somebody counts
// may see a sum without its value or the other way round.
template <std::size_t Bounds>
class Distribution {
 public:
  explicit constexpr Distribution(const std::array<std::uint64_t, Bounds>& bounds) : bounds_(bounds) {}

  void count(std::uint64_t value) {
    std::size_t at = 0;
    while (at < Bounds && value > bounds_[at]) ++at;
    counts_[at].add();
    sum_.add(value);
  }
  const std::array<std::uint64_t, Bounds>& bounds() const { return bounds_; }
  std::uint64_t counted(std::size_t at) const { return counts_[at].value(); }  // at == Bounds: above the last
  std::uint64_t sum() const { return sum_.value(); }

 private:
  std::array<std::uint64_t, Bounds> bounds_;
  std::array<Count, Bounds + 1> counts_;
  Count sum_;
};

inline constexpr std::array<std::uint64_t, 14> micros_bounds = {100, 250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000, 500'000, 1'000'000, 5'000'000};
inline constexpr std::array<std::uint64_t, 9> entries_bounds = {1, 2, 4, 8, 16, 32, 64, 256, 1'000};
using MicrosDistribution = Distribution<micros_bounds.size()>;
using EntriesDistribution = Distribution<entries_bounds.size()>;

// Of the commit path, since the engine was opened.
struct Measures {
  MicrosDistribution answer_micros{micros_bounds};   // from the queue to the answer, sync included
  MicrosDistribution sync_micros{micros_bounds};     // one batch made durable and visible
  EntriesDistribution batch_entries{entries_bounds};
  Count recorded;                                    // commands that wrote what they asked for
  Count refused;                                     // by a control rule
  Count turned_away;                                 // every other error: not allowed now, wrong, no room ...
  Count replayed;                                    // the same command again
};

}  // namespace acta
