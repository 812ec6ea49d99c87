// GET /v1/audit: who did what. GET /v1/refusals: what a control rule forbade.

#include <nlohmann/json.hpp>

#include "api/entry_json.h"
#include "api/resource.h"
#include "api/uri.h"
#include "engine/ledger/tree.h"

namespace acta {
namespace {

// An id, or the handle that somebody records with.
Result<std::optional<PersonId>> person_in(const Call& call) {
  const auto given = call.query.text("person");
  if (!given) return std::optional<PersonId>();
  if (const auto id = parse_uuid(*given)) return std::optional(PersonId{*id});
  const auto known = call.server.engine->keys().find_person(*given);
  if (!known) return error(Code::not_found, "nobody called `" + std::string(*given) + "` has recorded anything here");
  return known;
}

Result<std::optional<CaseId>> case_in(const Call& call) {
  const auto given = call.query.text("case");
  if (!given) return std::optional<CaseId>();
  ACTA_TRY(const auto id, find_case(call, *given));
  return std::optional(id);
}

Result<std::optional<Kind>> kind_in(const Query& query) {
  const auto given = query.text("kind");
  if (!given) return std::optional<Kind>();
  for (const auto kind : {Kind::event, Kind::refusal, Kind::notice, Kind::ledger})
    if (name_of(kind) == *given) return std::optional(kind);
  return error(Code::malformed, "query parameter `kind`: event, refusal, notice or ledger");
}

Result<std::uint32_t> late_days_in(const Query& query) {
  ACTA_TRY(const auto given, query.number("late_days"));
  if (given && (*given < 1 || *given > 36'500)) return error(Code::malformed, "query parameter `late_days`: 1 to 36500");
  return static_cast<std::uint32_t>(given.value_or(0));
}

Result<AuditOrder> order_in(const Query& query) {
  const auto given = query.text("sort").value_or("-position");
  if (given == "-position") return AuditOrder::newest_first;
  if (given == "position") return AuditOrder::oldest_first;
  return error(Code::malformed, "query parameter `sort`: position (oldest first) or -position (newest first)");
}

Result<AuditFilter> filter_in(const Call& call) {
  AuditFilter filter;
  ACTA_TRY(filter.person, person_in(call));
  ACTA_TRY(filter.case_id, case_in(call));
  ACTA_TRY(filter.kind, kind_in(call.query));
  filter.role = call.query.text("role").value_or("");
  filter.type = call.query.text("type").value_or("");
  filter.rule = call.query.text("rule").value_or("");
  ACTA_TRY(filter.recorded_from, call.query.instant("recorded_from"));
  ACTA_TRY(filter.recorded_before, call.query.instant("recorded_before"));
  ACTA_TRY(filter.occurred_from, call.query.instant("occurred_from"));
  ACTA_TRY(filter.occurred_before, call.query.instant("occurred_before"));
  ACTA_TRY(filter.late_days, late_days_in(call.query));
  return filter;
}

Result<Json> reference_of(const Engine& engine, const Entry& entry) {
  if (!entry.case_id) return Json();
  ACTA_TRY(const auto state, engine.ledger().state(*entry.case_id));
  return state ? Json(state->reference) : Json();
}

Result<Json> item_json(const Engine& engine, Position position) {
  ACTA_TRY(const auto bytes, engine.ledger().read_bytes(position));
  ACTA_TRY(const auto entry, decode(bytes));
  Json item = {{"position", position.value}, {"type", entry.type}, {"days_late", days_late(entry)}};
  ACTA_TRY(item["case"], reference_of(engine, entry));
  ACTA_TRY(item["event"], cloud_event(engine, entry, leaf_hash(bytes)));
  if (entry.actor.on_behalf_of) item["on_behalf_of"] = to_text(*entry.actor.on_behalf_of);
  return item;
}

Result<Json> page_json(const Engine& engine, const AuditPage& page) {
  Json items = Json::array();
  for (const auto position : page.positions) {
    ACTA_TRY(auto item, item_json(engine, position));
    items.push_back(std::move(item));
  }
  return Json{{"items", std::move(items)}, {"next", page.next.empty() ? Json() : Json(page.next)}};
}

Result<Response> list(const Call& call, const View& view) {
  ACTA_TRY(const auto limit, call.query.page_limit());
  ACTA_TRY(const auto order, order_in(call.query));
  ACTA_TRY(const auto filter, filter_in(call));
  ACTA_CHECK(wait_for_view(call, view));
  const auto seen = call.server.views->position(view);
  const auto audit = read_audit(call.server.views->reader(view), call.engine());
  ACTA_TRY(const auto page, audit->page(filter, order, call.query.text("after").value_or(""), limit));
  ACTA_TRY(const auto body, page_json(call.engine(), page));
  auto response = json_response(200, body);
  response.headers.emplace_back("Acta-Position", std::to_string(seen));
  if (!page.next.empty()) response.headers.emplace_back("Link", "<" + with_parameter(call.request.target, "after", page.next) + ">; rel=\"next\"");
  return response;
}

}  // namespace

Result<Response> list_audit(const Call& call) {
  ACTA_CHECK(call.query.only({"person", "role", "type", "case", "kind", "rule", "late_days", "recorded_from", "recorded_before",
                              "occurred_from", "occurred_before", "sort", "limit", "after", "min_position"}));
  return list(call, audit_view);
}

Result<Response> list_refusals(const Call& call) {
  ACTA_CHECK(call.query.only({"person", "role", "type", "case", "rule", "recorded_from", "recorded_before", "sort", "limit", "after", "min_position"}));
  return list(call, refusals_view);
}

}  // namespace acta
