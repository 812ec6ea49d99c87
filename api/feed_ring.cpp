#include "api/feed_ring.h"

#include "events/assert.h"

namespace acta {

FeedFrame FeedRing::joined(Position from, Frames frames) const {
  if (next(from) == end()) return {at(from), at(from)->text(frames)};
  const auto text = std::make_shared<std::string>();
  for (auto position = from; position < end(); position = next(position)) *text += at(position)->text(frames);
  return {text, *text};
}

std::optional<FeedFrame> FeedRing::tail(Position from, Frames frames, const PieceBounds& bounds) {
  auto& known = tails_[static_cast<std::size_t>(frames)];
  if (known.from == from && known.to == end()) return known.frame;
  std::size_t bytes = 0;
  for (auto position = from; position < end(); position = next(position)) bytes += at(position)->bytes();
  if (end().value - from.value > bounds.entries || bytes > bounds.bytes) return std::nullopt;
  known = {from, end(), joined(from, frames)};
  return known.frame;
}

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
  tails_ = {};
  bytes_ = 0;
  begin_ = position;
}

}  // namespace acta
