// /v1/ledger/anchors: time stamps from outside over checkpoints, for anybody to check with openssl alone. To ask for one at
// once is for the command line on this machine.

#include "engine/anchor/anchors.h"

#include <nlohmann/json.hpp>

#include "api/resource.h"
#include "api/time_stamper.h"

namespace acta {
namespace {

Json anchor_json(const Anchor& anchor) {
  return {{"position", anchor.position.value}, {"recorded_at", to_text(anchor.recorded_at)}, {"size", anchor.said.size}, {"root", to_base64(view(anchor.checkpoint.root))}, {"stamped_at", to_text(anchor.stamp.at)},
          {"imprint", to_text(anchor.stamp.imprint)}, {"serial", anchor.stamp.serial}, {"policy", anchor.stamp.policy}, {"signer", anchor.stamp.signer}, {"receipt_bytes", anchor.said.receipt.size()}};
}

Result<Anchor> anchor_in(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  const auto position = parse_number(call.segment(0));
  if (!position) return error(Code::not_found, "a position is a number in decimal digits");
  return anchor_at(call.engine().ledger(), call.engine().log_keys(), Position{*position});
}

// Those that nobody can read any more are `verify`'s to tell; a list says so and ends there.
Result<Json> page_of(const Call& call, std::optional<Position> first, std::size_t limit) {
  const LogKeys keys = call.engine().log_keys();
  std::vector<Position> found;
  ACTA_CHECK(walk_anchors(call.engine().ledger(), first, [&](Position at, const Anchoring&) {
    found.push_back(at);
    return found.size() <= limit;
  }));
  Json items = Json::array();
  for (std::size_t i = 0; i < std::min(limit, found.size()); ++i) {
    ACTA_TRY(const Anchor anchor, anchor_at(call.engine().ledger(), keys, found[i]));
    items.push_back(anchor_json(anchor));
  }
  return Json{{"items", std::move(items)}, {"next", found.size() > limit ? Json(std::to_string(found[limit].value)) : Json()}};
}

Result<Response> list_covering(const Call& call, std::uint64_t entry) {
  ACTA_TRY(const Position first, first_anchor_over(call.engine().ledger(), Position{entry}));
  ACTA_TRY(const Anchor anchor, anchor_at(call.engine().ledger(), call.engine().log_keys(), first));
  return json_response(200, {{"items", Json::array({anchor_json(anchor)})}, {"next", nullptr}});
}

Response kept_for_ever(Response response) {
  response.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
  return response;
}

}  // namespace

Result<Response> list_anchors(const Call& call) {
  ACTA_CHECK(call.query.only({"limit", "after", "covers"}));
  ACTA_TRY(const auto limit, call.query.page_limit());
  ACTA_TRY(const auto after, call.query.number("after"));
  ACTA_TRY(const auto covers, call.query.number("covers"));
  if (covers) return list_covering(call, *covers);
  ACTA_TRY(const Json page, page_of(call, after ? std::optional(Position{*after}) : newest_anchor(call.engine().ledger()), limit));
  return json_response(200, page);
}

Result<Response> show_anchor(const Call& call) {
  ACTA_TRY(const Anchor anchor, anchor_in(call));
  return json_response(200, anchor_json(anchor));
}

Result<Response> show_receipt(const Call& call) {
  ACTA_TRY(const Anchor anchor, anchor_in(call));
  return kept_for_ever(text_response("application/timestamp-reply", std::string(text_view(anchor.said.receipt))));
}

Result<Response> show_anchored_checkpoint(const Call& call) {
  ACTA_TRY(const Anchor anchor, anchor_in(call));
  return kept_for_ever(text_response("text/plain; charset=utf-8", anchor.said.checkpoint));
}

Result<Response> anchor_now(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  if (!is_local(call)) return error(Code::denied, "only the command line on this machine may ask for a time stamp: Acta-Token is missing or wrong");
  if (!call.server.time_stamper) return error(Code::unavailable, "no time-stamp server is asked here: set timestamp-url and timestamp-ca, and start `acta serve` with them");
  const auto stamped = call.server.time_stamper->stamp_now();
  const bool outside = !stamped && stamped.error().code != Code::busy && stamped.error().code != Code::full && stamped.error().code != Code::clock;
  if (!stamped) return error(outside ? Code::unavailable : stamped.error().code, stamped.error().message);
  const auto position = *stamped ? *stamped : newest_anchor(call.engine().ledger());
  if (!position) return error(Code::unavailable, "there is nothing to stamp");
  ACTA_TRY(const Anchor anchor, anchor_at(call.engine().ledger(), call.engine().log_keys(), *position));
  auto response = json_response(*stamped ? 201 : 200, anchor_json(anchor));
  response.headers.emplace_back("Acta-Position", std::to_string(position->value));
  return response;
}

}  // namespace acta
