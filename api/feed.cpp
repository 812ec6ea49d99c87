#include "api/feed.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/entry_json.h"
#include "engine/ledger/tree.h"

namespace acta {
namespace {

constexpr std::uint64_t piece_entries_max = 256;
constexpr std::string_view sse_beginning = "retry: 3000\n\n";

// `id:` is the position; an entry has no `event:` name, so that any SSE client takes it for a message.
std::string entry_frame(Frames frames, Position position, const Json& event) {
  if (frames == Frames::ndjson) return event.dump() + "\n";
  return "id: " + std::to_string(position.value) + "\ndata: " + event.dump() + "\n\n";
}

std::string control_frame(Frames frames, const std::string& name, Position next) {
  const Json progress = {{"next", next.value}};
  if (frames == Frames::ndjson) return Json{{name, progress}}.dump() + "\n";
  return "event: " + name + "\ndata: " + progress.dump() + "\n\n";
}

Result<void> add_entry(const Engine& engine, const FeedOptions& options, Position position, ByteView stored, FeedRead& out) {
  ACTA_TRY(const auto entry, decode(stored));
  if (!options.filter.lets_pass(entry)) return {};
  ACTA_TRY(const auto event, cloud_event(engine, entry, leaf_hash(stored)));
  out.text += entry_frame(options.frames, position, event);
  ++out.events;
  return {};
}

}  // namespace

bool FeedFilter::lets_pass(const Entry& entry) const {
  return (!case_id || entry.case_id == case_id) && (type.empty() || entry.type == type);
}

Result<FeedRead> read_feed(const Engine& engine, const FeedOptions& options, Position end, std::uint64_t looked_at_max) {
  FeedRead out{{}, 0, options.from};
  const Position stop{std::min(end.value, options.from.value + looked_at_max)};
  Result<void> added;
  ACTA_CHECK(engine.ledger().scan(options.from, stop, [&](Position position, ByteView stored) {
    if (options.events_max && out.events == *options.events_max) return false;
    added = add_entry(engine, options, position, stored, out);
    if (added) out.next = next(position);
    return static_cast<bool>(added);
  }));
  ACTA_CHECK(added);
  return out;
}

namespace {

class FollowingFeed final : public Feed {
 public:
  FollowingFeed(const Engine& engine, const FeedOptions& options) : engine_(engine), options_(options) {}
  std::optional<std::string> next() override;
  std::string heartbeat() override;
  std::string farewell() override { return control_frame(options_.frames, "shutdown", options_.from); }

 private:
  std::string beginning();
  std::string caught_up();

  const Engine& engine_;
  FeedOptions options_;          // `from` and `events_max` move on
  bool begun_ = false, caught_up_ = false;
};

std::string FollowingFeed::beginning() {
  const bool first = !std::exchange(begun_, true);
  return first && options_.frames == Frames::sse ? std::string(sse_beginning) : std::string();
}

std::string FollowingFeed::caught_up() {
  const bool at_head = options_.from.value >= engine_.ledger().head().size;
  if (!at_head || std::exchange(caught_up_, true)) return {};
  return control_frame(options_.frames, "caught-up", options_.from);
}

std::optional<std::string> FollowingFeed::next() {
  if (options_.events_max == 0) return std::nullopt;
  auto text = beginning();
  const auto read = read_feed(engine_, options_, Position{engine_.ledger().head().size}, piece_entries_max);
  if (!read) {
    spdlog::error("feed_ended position={} reason=\"{}\"", options_.from.value, read.error().message);
    return std::nullopt;
  }
  const bool moved = read->next != options_.from;
  options_.from = read->next;
  if (options_.events_max) *options_.events_max -= read->events;
  text += read->text + caught_up();
  // A filter that lets nothing pass must not look like the end of what there is.
  if (text.empty() && moved) text = control_frame(options_.frames, "progress", options_.from);
  return text;
}

std::string FollowingFeed::heartbeat() {
  const auto progress = control_frame(options_.frames, "progress", options_.from);
  return options_.frames == Frames::sse ? ": hb\n" + progress : progress;
}

}  // namespace

std::shared_ptr<Feed> follow_feed(const Engine& engine, const FeedOptions& options) { return std::make_shared<FollowingFeed>(engine, options); }

std::function<std::optional<std::string>()> feed_page(const Engine& engine, const FeedOptions& options) {
  const Position end{engine.ledger().head().size};
  return [&engine, rest = options, end, ended = false]() mutable -> std::optional<std::string> {
    if (ended) return std::nullopt;
    const auto read = read_feed(engine, rest, end, piece_entries_max);
    if (!read) {
      spdlog::error("page_cut position={} reason=\"{}\"", rest.from.value, read.error().message);
      ended = true;
      return std::nullopt;
    }
    rest.from = read->next;
    if (rest.events_max) *rest.events_max -= read->events;
    ended = rest.from >= end || rest.events_max == 0;
    return read->text + (ended ? control_frame(rest.frames, "progress", rest.from) : std::string());
  };
}

}  // namespace acta
