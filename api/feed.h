#pragma once
// Reading the feed out of the ledger, piece by piece.

#include <functional>

#include "api/feed_entry.h"

namespace acta {

struct FeedRange {
  Position from;
  EntryFilter filter;
  std::optional<std::uint64_t> events_max;
};

// Bounds of one piece: what a reader that stops reading may cost.
struct PieceBounds {
  std::uint64_t looked_at = 4'096;
  std::size_t entries = 64;
  std::size_t bytes = 64 << 10;           // and one entry
};

struct FeedRead {
  std::vector<SharedFeedEntry> entries;   // those that pass the filter
  Position next;                          // nothing before it is missing
};

// The first piece of `range` before `end`. Error: damaged, unavailable.
Result<FeedRead> read_feed(const Engine& engine, const FeedRange& range, Position end, const PieceBounds& bounds);

// The entries there are now, piece by piece, then {"progress": {"next": n}}. NDJSON only.
std::function<std::optional<std::string>()> feed_page(const Engine& engine, const FeedRange& range);

}  // namespace acta
