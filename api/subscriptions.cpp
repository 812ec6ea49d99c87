// /v1/subscriptions and /v1/subscriptions/{name}: how far a reader of the feed has come, kept for it. Its position and
// filter are its owner's; that it is there, and how far it lags, anybody may see.

#include <nlohmann/json.hpp>

#include "api/subscription_json.h"

namespace acta {
namespace {

constexpr std::int64_t micros_per_second = 1'000'000;

// Age of the oldest entry that is not acknowledged, as far as it can be read.
void add_age(const Call& call, const Subscription& subscription, Json& lag) {
  const auto oldest = call.engine().ledger().read(subscription.next);
  if (!oldest) return;
  const auto age = call.engine().clock().now().micros - oldest->recorded_at.micros;
  lag["oldest_recorded_at"] = to_text(oldest->recorded_at);
  lag["seconds"] = std::max<std::int64_t>(0, age / micros_per_second);
}

Json lag_json(const Call& call, const Subscription& subscription) {
  const auto size = call.engine().ledger().head().size;
  const auto entries = size > subscription.next.value ? size - subscription.next.value : 0;
  Json lag = {{"entries", entries}, {"seconds", 0}, {"oldest_recorded_at", nullptr}};
  if (entries > 0) add_age(call, subscription, lag);
  return lag;
}

Json subscription_json(const Call& call, const Subscription& subscription) {
  const auto next = subscription.next.value;
  const bool mine = call.server.engine->keys().find_person(call.actor) == subscription.owner;
  Json out = {{"name", subscription.name}, {"created_by", to_text(subscription.owner)}, {"created_at", to_text(subscription.created_at)}, {"mine", mine},
              {"from", subscription.first.value}, {"next", next}, {"lag", lag_json(call, subscription)}};
  out["acknowledged"] = subscription.next > subscription.first ? Json(next - 1) : Json();
  if (mine) out["filter"] = filter_json(subscription.filter);
  return out;
}

Result<Subscriptions*> kept(const Call& call) {
  if (call.server.subscriptions == nullptr) return error(Code::unsupported, "no subscriptions are kept here");
  return call.server.subscriptions;
}

Error wrong(const std::string& pointer, const std::string& detail) {
  auto failure = error(Code::invalid, "the body is wrong at " + pointer + ": " + detail);
  failure.fields.push_back({pointer, detail});
  return failure;
}

Result<std::optional<Position>> position_member(const Json& body, const char* name) {
  const auto found = body.find(name);
  if (found == body.end()) return std::optional<Position>();
  if (!found->is_number_unsigned()) return wrong(std::string("/") + name, "a position: a number from 0");
  return std::optional(Position{found->get<std::uint64_t>()});
}

// An object with these members and no others.
Result<Json> body_with(const Call& call, std::initializer_list<std::string_view> known) {
  ACTA_TRY(auto body, parse_json(call.request.body));
  if (!body.is_object()) return wrong("/", "an object");
  for (const auto& [name, value] : body.items())
    if (std::find(known.begin(), known.end(), name) == known.end()) return wrong(pointer_step(name), "not known here");
  return body;
}

Result<SubscriptionWish> wish_of(const Call& call) {
  ACTA_TRY(const auto body, body_with(call, {"filter", "from"}));
  SubscriptionWish wish;
  wish.name = call.segment(0);
  wish.now = call.engine().clock().now();
  ACTA_TRY(wish.first, position_member(body, "from"));
  if (const auto filter = body.find("filter"); filter != body.end()) {
    ACTA_TRY(wish.filter, read_filter(call, *filter));
  }
  if (wish.first && wish.first->value > call.engine().ledger().head().size) return wrong("/from", "the ledger is not that long");
  // Who it is, by id: handles stand nowhere but among the keys.
  ACTA_TRY(wish.owner, call.server.engine->keys().person(call.actor));
  return wish;
}

Response not_json(const Call& call) { return problem(call.trail, Fault::wrong_media_type, "the body is application/json"); }

// Somebody who never had anything recorded owns nothing.
PersonId caller(const Call& call) { return call.server.engine->keys().find_person(call.actor).value_or(PersonId{}); }

}  // namespace

Result<Response> list_subscriptions(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  ACTA_TRY(const auto* subscriptions, kept(call));
  Json items = Json::array();
  for (const auto& subscription : subscriptions->all()) items.push_back(subscription_json(call, subscription));
  return json_response(200, {{"items", std::move(items)}});
}

Result<Response> show_subscription(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  ACTA_TRY(const auto subscription, own_subscription(call, call.segment(0)));
  return json_response(200, subscription_json(call, subscription));
}

Result<Response> put_subscription(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  if (!has_media_type(call.request, "application/json")) return not_json(call);
  ACTA_TRY(auto* subscriptions, kept(call));
  ACTA_TRY(const auto wish, wish_of(call));
  ACTA_TRY(const auto put, subscriptions->put(wish));
  auto response = json_response(put.made ? 201 : 200, subscription_json(call, put.subscription));
  if (put.made) response.headers.emplace_back("Location", "/v1/subscriptions/" + put.subscription.name);
  return response;
}

Result<Response> acknowledge_position(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  if (!has_media_type(call.request, "application/json")) return not_json(call);
  ACTA_TRY(auto* subscriptions, kept(call));
  ACTA_TRY(const auto body, body_with(call, {"position"}));
  ACTA_TRY(const auto position, position_member(body, "position"));
  if (!position) return wrong("/position", "is missing: everything up to and with it was dealt with");
  ACTA_TRY(const auto subscription, subscriptions->acknowledge(call.segment(0), caller(call), *position));
  return json_response(200, subscription_json(call, subscription));
}

Result<Response> delete_subscription(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  ACTA_TRY(auto* subscriptions, kept(call));
  ACTA_CHECK(subscriptions->remove(call.segment(0), caller(call)));
  return Response{.status = 204, .headers = {}, .body = {}, .pieces = {}, .feed = {}, .pending = {}};
}

}  // namespace acta
