#pragma once
// The feed: entries from any position on as CloudEvents, encoded for server-sent events or NDJSON.

#include <memory>

#include "api/http.h"
#include "engine/engine.h"

namespace acta {

enum class Frames : std::uint8_t { ndjson, sse };

struct FeedFilter {
  std::optional<CaseId> case_id;
  std::string type;                       // empty: all
  bool lets_pass(const Entry& entry) const;
};

// Encoded entries and how far the ledger was read for them.
struct FeedRead {
  std::string text;
  std::uint64_t events = 0;
  Position next;                          // nothing before it is missing
};

struct FeedOptions {
  Position from;
  FeedFilter filter;
  Frames frames = Frames::ndjson;
  std::optional<std::uint64_t> events_max;
};

// At most `events_max` entries that pass the filter, and at most `looked_at_max` looked at. Error: damaged, unavailable.
Result<FeedRead> read_feed(const Engine& engine, const FeedOptions& options, Position end, std::uint64_t looked_at_max);

// Follows the ledger for ever, or until `events_max` were sent.
std::shared_ptr<Feed> follow_feed(const Engine& engine, const FeedOptions& options);
// The entries there are now, piece by piece, then {"progress": {"next": n}}. NDJSON only.
std::function<std::optional<std::string>()> feed_page(const Engine& engine, const FeedOptions& options);

}  // namespace acta
