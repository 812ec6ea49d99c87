#include "api/feed_query.h"

#include <limits>

#include "api/subscription_json.h"
#include "api/uri.h"

namespace acta {
namespace {

// Says that an entry was received which is not there: another ledger, or an older copy of this one. Going on would be a gap.
Result<Position> behind(const Call& call, std::string_view name, std::uint64_t position) {
  const auto size = call.engine().ledger().head().size;
  if (position < size) return Position{position + 1};
  return error(Code::invalid, std::string(name) + " names entry " + std::to_string(position) + ", but this ledger ends before " + std::to_string(size) + ": is it another ledger, or an older copy?");
}

Result<std::optional<Position>> resumed(const Call& call) {
  const auto last = call.request.header("Last-Event-ID");
  if (!last || last->empty()) return std::optional<Position>();   // an EventSource that has seen no event yet sends it empty
  const auto number = parse_number(*last);
  if (!number) return error(Code::malformed, "Last-Event-ID is a position");
  ACTA_TRY(const auto position, behind(call, "Last-Event-ID", *number));
  return std::optional(position);
}

Result<Position> asked_position(const Call& call) {
  ACTA_TRY(const auto from, call.query.number("from"));
  ACTA_TRY(const auto after, call.query.number("after"));
  if (from && after) return error(Code::malformed, "`from` or `after`, not both");
  if (after) return behind(call, "`after`", *after);
  return Position{from.value_or(0)};
}

Result<EntryFilter> asked_filter(const Call& call) {
  EntryFilter filter;
  filter.processes = call.query.texts("process");
  filter.types = call.query.texts("type");
  filter.roles = call.query.texts("role");
  for (const auto& named : call.query.texts("case")) {
    ACTA_TRY(const auto id, find_case(call, named));
    filter.cases.push_back(id);
  }
  return checked(call.engine(), std::move(filter));
}

Result<FeedQuery> subscribed(const Call& call, std::string_view name) {
  for (const auto* other : {"from", "after", "case", "process", "type", "role"})
    if (call.query.text(other)) return error(Code::malformed, "a subscription has its own position and filter: leave out `" + std::string(other) + "`");
  ACTA_TRY(const auto subscription, own_subscription(call, name));
  const auto size = call.engine().ledger().head().size;
  if (subscription.next.value > size && subscription.next != subscription.first)
    return error(Code::conflict, "`" + subscription.name + "` acknowledged entry " + std::to_string(subscription.next.value - 1) + ", but this ledger ends before " + std::to_string(size) +
                                     ": it is an older copy. See what the reader knows, delete the subscription and make it anew");
  return FeedQuery{subscription.next, subscription.filter};
}

}  // namespace

Result<FeedQuery> feed_query(const Call& call) {
  ACTA_TRY(const auto resumed_at, resumed(call));
  const auto name = call.query.text("subscription");
  FeedQuery query;
  if (name) {
    ACTA_TRY(query, subscribed(call, *name));
  } else {
    ACTA_TRY(query.from, asked_position(call));
    ACTA_TRY(query.filter, asked_filter(call));
  }
  if (resumed_at) query.from = *resumed_at;
  return query;
}

std::string filter_query(const EntryFilter& filter) {
  std::string out;
  for (const auto& id : filter.cases) out += "&case=" + to_text(id);
  for (const auto& process : filter.processes) out += "&process=" + percent_encoded(process);
  for (const auto& type : filter.types) out += "&type=" + percent_encoded(type);
  for (const auto& role : filter.roles) out += "&role=" + percent_encoded(role);
  return out;
}

}  // namespace acta
