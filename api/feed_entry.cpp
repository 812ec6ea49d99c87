#include "api/feed_entry.h"

#include <nlohmann/json.hpp>

#include "api/entry_json.h"
#include "engine/ledger/tree.h"

namespace acta {

FeedEntry::FeedEntry(Position position, EntryFace face, std::string_view json) : position_(position), face_(std::move(face)) {
  text_ = "id: " + std::to_string(position.value) + "\ndata: ";
  json_at_ = text_.size();
  (text_ += json) += "\n\n";
}

std::string_view FeedEntry::text(Frames frames) const {
  const std::string_view all = text_;
  return frames == Frames::sse ? all : all.substr(json_at_, all.size() - json_at_ - 1);
}

Result<SharedFeedEntry> feed_entry(const Engine& engine, Position position, ByteView stored, const EntryFilter& filter) {
  ACTA_TRY(const auto entry, decode(stored));
  auto face = face_of(engine, entry);
  if (!filter.lets_pass(face)) return SharedFeedEntry();
  ACTA_TRY(const auto event, cloud_event(engine, entry, leaf_hash(stored)));
  return SharedFeedEntry(std::make_shared<FeedEntry>(position, std::move(face), event.dump()));
}

std::string control_frame(Frames frames, std::string_view name, Position next) {
  const auto value = "{\"next\":" + std::to_string(next.value) + "}";
  if (frames == Frames::ndjson) return "{\"" + std::string(name) + "\":" + value + "}\n";
  return "event: " + std::string(name) + "\ndata: " + value + "\n\n";
}

}  // namespace acta
