#pragma once
// One entry as the feed sends it, encoded once for all who read it, whatever their framing.

#include <memory>

#include "projections/entry_filter.h"

namespace acta {

enum class Frames : std::uint8_t { ndjson, sse };

// Immutable: any thread, any number of readers.
class FeedEntry {
 public:
  // `json`: the CloudEvent, on one line.
  FeedEntry(Position position, EntryFace face, std::string_view json);

  Position position() const { return position_; }
  const EntryFace& face() const { return face_; }
  std::size_t bytes() const { return text_.size(); }
  // With its framing. SSE: `id:` is the position, and there is no `event:` name, so that any client takes it for a message.
  std::string_view text(Frames frames) const;

 private:
  Position position_;
  EntryFace face_;
  std::string text_;       // the SSE frame; the NDJSON line is a part of it
  std::size_t json_at_;
};

using SharedFeedEntry = std::shared_ptr<const FeedEntry>;

// `stored`: the entry's bytes. Nothing when the filter lets it not pass. Error: damaged, unavailable.
Result<SharedFeedEntry> feed_entry(const Engine& engine, Position position, ByteView stored, const EntryFilter& filter);

// {"next": n} under a name: progress, caught-up, fell-behind, shutdown.
std::string control_frame(Frames frames, std::string_view name, Position next);

}  // namespace acta
