#pragma once
// The newest committed entries in memory, encoded. Bounded in entries and in bytes; the oldest go first.

#include <array>
#include <deque>

#include "api/feed.h"
#include "api/http.h"

namespace acta {

struct FeedRingBounds {
  std::size_t entries = 4'096;
  std::size_t bytes = 4 << 20;
};

// One caller at a time.
class FeedRing {
 public:
  explicit FeedRing(FeedRingBounds bounds) : bounds_(bounds) {}

  // It holds the entries from begin() up to end(), without a gap.
  Position begin() const { return begin_; }
  Position end() const { return Position{begin_.value + entries_.size()}; }
  std::size_t bytes() const { return bytes_; }
  const SharedFeedEntry& at(Position position) const { return entries_[position.value - begin_.value]; }

  // All entries from `from` on in one text, made once for all who ask for the same. Nothing when they go beyond the bounds.
  // from < end().
  std::optional<FeedFrame> tail(Position from, Frames frames, const PieceBounds& bounds);

  // `entry` is at end().
  void append(SharedFeedEntry entry);
  // Empty, and goes on at `position`.
  void restart(Position position);

 private:
  struct Tail {
    Position from, to;
    FeedFrame frame;
  };
  FeedFrame joined(Position from, Frames frames) const;

  FeedRingBounds bounds_;
  std::array<Tail, 2> tails_ = {};           // the last one made, of each framing
  std::deque<SharedFeedEntry> entries_;
  Position begin_;
  std::size_t bytes_ = 0;
};

}  // namespace acta
