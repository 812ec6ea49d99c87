#include "api/feed.h"

#include <algorithm>

#include "events/log.h"

namespace acta {
namespace {

// Collects what passes, until the piece is full.
class Piece {
 public:
  Piece(const Engine& engine, const FeedRange& range, const PieceBounds& bounds) : engine_(engine), range_(range), bounds_(bounds), read_{{}, range.from} {}

  // False when no more is wanted.
  bool look_at(Position position, ByteView stored) {
    if (full()) return false;
    auto entry = feed_entry(engine_, position, stored, range_.filter);
    if (!entry) return failure_ = entry.error(), false;
    if (*entry) add(*std::move(entry));
    read_.next = next(position);
    return true;
  }
  Result<FeedRead> take() {
    if (failure_) return *failure_;
    return std::move(read_);
  }

 private:
  void add(SharedFeedEntry entry) {
    bytes_ += entry->bytes();
    read_.entries.push_back(std::move(entry));
  }
  bool full() const {
    const auto count = read_.entries.size();
    return count >= bounds_.entries || bytes_ >= bounds_.bytes || (range_.events_max && count >= *range_.events_max);
  }

  const Engine& engine_;
  const FeedRange& range_;
  const PieceBounds& bounds_;
  FeedRead read_;
  std::size_t bytes_ = 0;
  std::optional<Error> failure_;
};

std::string lines_of(const FeedRead& read) {
  std::string out;
  for (const auto& entry : read.entries) out += entry->text(Frames::ndjson);
  return out;
}

}  // namespace

Result<FeedRead> read_feed(const Engine& engine, const FeedRange& range, Position end, const PieceBounds& bounds) {
  Piece piece(engine, range, bounds);
  const Position stop{std::min(end.value, range.from.value + std::min(bounds.looked_at, end.value))};
  ACTA_CHECK(engine.ledger().scan(range.from, stop, [&](Position position, ByteView stored) { return piece.look_at(position, stored); }));
  return piece.take();
}

std::function<std::optional<std::string>()> feed_page(const Engine& engine, const FeedRange& range) {
  const Position end{engine.ledger().head().size};
  return [&engine, rest = range, end, ended = false]() mutable -> std::optional<std::string> {
    if (ended) return std::nullopt;
    const auto read = read_feed(engine, rest, end, {});
    if (!read) {
      spdlog::error("page_cut position={} reason=\"{}\"", rest.from.value, read.error().message);
      ended = true;
      return std::nullopt;
    }
    rest.from = read->next;
    if (rest.events_max) *rest.events_max -= read->entries.size();
    ended = rest.from >= end || rest.events_max == 0;
    return lines_of(*read) + (ended ? control_frame(Frames::ndjson, "progress", std::min(rest.from, end)) : std::string());
  };
}

}  // namespace acta
