// GET /v1/events: by Accept an NDJSON page or stream, server-sent events, or a batch of CloudEvents.

#include <nlohmann/json.hpp>

#include "api/entry_json.h"
#include "api/feed.h"
#include "api/resource.h"
#include "engine/ledger/tree.h"

namespace acta {
namespace {

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

// `from` is the first position wanted; `after` and Last-Event-ID mean after it; the header wins.
Result<Position> first_position(const Call& call) {
  if (const auto last = call.request.header("Last-Event-ID")) {
    const auto number = parse_number(*last);
    if (!number || *number == std::numeric_limits<std::uint64_t>::max()) return error(Code::malformed, "Last-Event-ID is a position");
    return Position{*number + 1};
  }
  ACTA_TRY(const auto from, call.query.number("from"));
  ACTA_TRY(const auto after, call.query.number("after"));
  if (from && after) return error(Code::malformed, "`from` or `after`, not both");
  if (after == std::numeric_limits<std::uint64_t>::max()) return error(Code::malformed, "`after` is a position");
  return after ? Position{*after + 1} : Position{from.value_or(0)};
}

Result<FeedOptions> feed_options(const Call& call) {
  ACTA_CHECK(call.query.only({"from", "after", "limit", "follow", "type", "case"}));
  FeedOptions options;
  ACTA_TRY(options.from, first_position(call));
  options.filter.type = std::string(call.query.text("type").value_or(""));
  if (const auto named = call.query.text("case")) {
    ACTA_TRY(options.filter.case_id, find_case(call, *named));
  }
  ACTA_TRY(options.events_max, call.query.number("limit"));
  if (options.events_max == 0) return error(Code::malformed, "query parameter `limit`: 1 or more");
  return options;
}

Response streaming(std::string_view media_type) {
  Response response;
  response.headers = {{"Content-Type", std::string(media_type)}, {"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
  return response;
}

Response following(const Call& call, FeedOptions options, Form form) {
  options.frames = form == Form::sse ? Frames::sse : Frames::ndjson;
  auto response = streaming(form == Form::sse ? sse_type : ndjson_type);
  response.feed = follow_feed(call.engine(), options);
  return response;
}

Response ndjson_page(const Call& call, const FeedOptions& options) {
  auto response = streaming(ndjson_type);
  response.pieces = feed_page(call.engine(), options);
  return response;
}

std::string next_link(const Call& call, Position next, std::size_t limit) {
  std::string link = "</v1/events?from=" + std::to_string(next.value) + "&limit=" + std::to_string(limit);
  for (const auto* name : {"type", "case"})
    if (const auto value = call.query.text(name)) link += std::string("&") + name + "=" + std::string(*value);
  return link + ">; rel=\"next\"";
}

// Lines of NDJSON are already the events: a batch puts them into one array.
std::string array_of(const std::string& lines) {
  std::string out = "[";
  for (std::size_t at = 0; at < lines.size();) {
    const auto end = lines.find('\n', at);
    if (at > 0) out += ',';
    out.append(lines, at, end - at);
    at = end + 1;
  }
  return out + "]";
}

Result<Response> batch(const Call& call, FeedOptions options) {
  ACTA_TRY(const auto limit, call.query.page_limit());
  options.events_max = limit;
  const Position end{call.engine().ledger().head().size};
  ACTA_TRY(const auto read, read_feed(call.engine(), options, end, end.value));
  auto response = text_response(batch_type, array_of(read.text));
  if (read.next < end) response.headers.emplace_back("Link", next_link(call, read.next, limit));
  return response;
}

}  // namespace

Result<Response> show_events(const Call& call) {
  const auto form = form_wanted(call.request);
  if (!form) return problem(call.trail, Fault::not_acceptable, "application/x-ndjson, text/event-stream or application/cloudevents-batch+json");
  ACTA_TRY(const auto options, feed_options(call));
  ACTA_TRY(const auto follow, call.query.flag("follow"));
  if (*form == Form::batch) return batch(call, options);
  if (*form == Form::sse || follow) return following(call, options, *form);
  return ndjson_page(call, options);
}

}  // namespace acta
