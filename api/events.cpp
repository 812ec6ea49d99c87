// GET /v1/events: by Accept an NDJSON page or stream, server-sent events, or a batch of CloudEvents.

#include "api/feed.h"
#include "api/feed_query.h"
#include "api/feeds.h"

namespace acta {
namespace {

constexpr std::uint64_t batch_looked_at_max = 10'000;
constexpr std::size_t batch_bytes_max = 4 << 20;

enum class Form : std::uint8_t { ndjson, sse, batch };

constexpr std::string_view ndjson_type = "application/x-ndjson", sse_type = "text/event-stream", batch_type = "application/cloudevents-batch+json";

std::optional<Form> form_wanted(const Request& request) {
  const auto accept = request.header("Accept").value_or("*/*");
  const auto holds = [&](std::string_view type) { return accept.find(type) != std::string_view::npos; };
  if (holds(sse_type)) return Form::sse;
  if (holds(batch_type)) return Form::batch;
  if (holds(ndjson_type) || holds("*/*") || holds("application/*")) return Form::ndjson;
  return std::nullopt;
}

Result<FeedRange> feed_range(const Call& call) {
  ACTA_CHECK(call.query.only({"from", "after", "limit", "follow", "subscription"}, {"case", "process", "type", "role"}));
  ACTA_TRY(const auto query, feed_query(call));
  FeedRange range{query.from, query.filter, {}};
  ACTA_TRY(range.events_max, call.query.number("limit"));
  if (range.events_max == 0) return error(Code::malformed, "query parameter `limit`: 1 or more");
  return range;
}

Response streaming(std::string_view media_type) {
  Response response;
  response.headers = {{"Content-Type", std::string(media_type)}, {"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
  return response;
}

Result<Response> following(const Call& call, const FeedRange& range, Form form) {
  if (call.server.feeds == nullptr) return error(Code::unsupported, "nothing is followed without a server: start one with `acta serve`");
  const auto frames = form == Form::sse ? Frames::sse : Frames::ndjson;
  auto response = streaming(form == Form::sse ? sse_type : ndjson_type);
  ACTA_TRY(response.feed, call.server.feeds->follow({call.actor, range.from, range.filter, frames, range.events_max}));
  return response;
}

Response ndjson_page(const Call& call, const FeedRange& range) {
  auto response = streaming(ndjson_type);
  response.pieces = feed_page(call.engine(), range);
  return response;
}

std::string next_link(const FeedRange& range, Position next, std::size_t limit) {
  return "</v1/events?from=" + std::to_string(next.value) + "&limit=" + std::to_string(limit) + filter_query(range.filter) + ">; rel=\"next\"";
}

std::string array_of(const FeedRead& read) {
  std::string out = "[";
  for (const auto& entry : read.entries) {
    auto line = entry->text(Frames::ndjson);
    line.remove_suffix(1);
    (out += out.size() == 1 ? "" : ",") += line;
  }
  return out + "]";
}

// Acta-Next is where to ask on, also when there is no more now and so no link.
Result<Response> batch(const Call& call, FeedRange range) {
  ACTA_TRY(const auto limit, call.query.page_limit());
  range.events_max = limit;
  const Position end{call.engine().ledger().head().size};
  ACTA_TRY(const auto read, read_feed(call.engine(), range, end, {.looked_at = batch_looked_at_max, .entries = limit, .bytes = batch_bytes_max}));
  auto response = text_response(batch_type, array_of(read));
  response.headers.emplace_back("Acta-Next", std::to_string(std::min(read.next, end).value));
  if (read.next < end) response.headers.emplace_back("Link", next_link(range, read.next, limit));
  return response;
}

}  // namespace

Result<Response> show_events(const Call& call) {
  const auto form = form_wanted(call.request);
  if (!form) return problem(call.trail, Fault::not_acceptable, "application/x-ndjson, text/event-stream or application/cloudevents-batch+json");
  ACTA_TRY(const auto range, feed_range(call));
  ACTA_TRY(const auto follow, call.query.flag("follow"));
  if (*form == Form::batch) return batch(call, range);
  if (*form == Form::sse || follow) return following(call, range, *form);
  return ndjson_page(call, range);
}

}  // namespace acta
