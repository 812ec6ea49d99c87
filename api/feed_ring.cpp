#include "api/feed_ring.h"

#include "events/assert.h"

namespace acta {

void FeedRing::append(SharedFeedEntry entry) {
  ACTA_ASSERT(entry->position() == end());
  bytes_ += entry->bytes();
  entries_.push_back(std::move(entry));
  while (entries_.size() > bounds_.entries || bytes_ > bounds_.bytes) {
    bytes_ -= entries_.front()->bytes();
    entries_.pop_front();
    begin_ = next(begin_);
  }
}

void FeedRing::restart(Position position) {
  entries_.clear();
  bytes_ = 0;
  begin_ = position;
}

}  // namespace acta
