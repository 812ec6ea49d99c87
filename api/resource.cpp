#include "api/resource.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "projections/case_list.h"

namespace acta {
namespace {

constexpr int wait_ms = 2'000, wait_seconds_max = 30;

// RFC 7240 4.3: Prefer: wait=10.
int wait_preferred_ms(const Request& request) {
  const auto prefer = request.header("Prefer").value_or("");
  const auto at = prefer.find("wait=");
  if (at == std::string_view::npos) return wait_ms;
  const auto digits = prefer.substr(at + 5, prefer.substr(at + 5).find_first_not_of("0123456789"));
  const auto seconds = parse_number(digits);
  return seconds ? static_cast<int>(std::min<std::uint64_t>(*seconds, wait_seconds_max)) * 1'000 : wait_ms;
}

Result<std::optional<CaseId>> by_reference(const Call& call, std::string_view reference) {
  ACTA_CHECK(wait_for_view(call, case_list_view));
  ACTA_TRY(const auto row, call.server.views->cases().by_reference(reference));
  if (!row) return std::optional<CaseId>();
  return std::optional(row->id);
}

// Compares all of it, however early it differs.
bool same_secret(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned>(a[i] ^ b[i]);
  return difference == 0;
}

}  // namespace

const std::vector<Route>& routes() {
  static const std::vector<Route> all = {
      {{"POST", "/v1/cases"}, open_case},
      {{"GET", "/v1/cases"}, list_cases},
      {{"GET", "/v1/cases/{case}"}, show_case},
      {{"GET", "/v1/cases/{case}/events"}, show_history},
      {{"POST", "/v1/cases/{case}/events"}, record_event},
      {{"GET", "/v1/cases/{case}/actions"}, show_actions},
      {{"GET", "/v1/worklist"}, show_worklist},
      {{"GET", "/v1/statistics"}, show_statistics},
      {{"GET", "/v1/statistics/cases"}, list_counted_cases},
      {{"GET", "/v1/events"}, show_events},
      {{"GET", "/v1/subscriptions"}, list_subscriptions},
      {{"GET", "/v1/subscriptions/{name}"}, show_subscription},
      {{"PUT", "/v1/subscriptions/{name}"}, put_subscription},
      {{"DELETE", "/v1/subscriptions/{name}"}, delete_subscription},
      {{"PUT", "/v1/subscriptions/{name}/position"}, acknowledge_position},
      {{"GET", "/v1/audit"}, list_audit},
      {{"GET", "/v1/refusals"}, list_refusals},
      {{"POST", "/v1/views/{view}/rebuilds"}, rebuild_view},
      {{"GET", "/v1/schemas/{digest}/{type}"}, show_schema},
      {{"GET", "/v1/ledger/checkpoint"}, show_checkpoint, Asker::anybody},
      {{"GET", "/v1/ledger/proofs/{position}"}, show_proof, Asker::anybody},
      {{"GET", "/v1/ledger/consistency"}, show_consistency, Asker::anybody},
      {{"GET", "/v1/ledger/key"}, show_log_key, Asker::anybody},
      {{"GET", "/v1/ledger/keys"}, list_log_keys, Asker::anybody},
      {{"POST", "/v1/ledger/keys"}, prepare_log_key},
      {{"POST", "/v1/ledger/keys/rotations"}, rotate_log_key},
      {{"POST", "/v1/ledger/keys/revocations"}, revoke_log_key},
      {{"GET", "/v1/ledger/anchors"}, list_anchors, Asker::anybody},
      {{"POST", "/v1/ledger/anchors"}, anchor_now},
      {{"GET", "/v1/ledger/anchors/{position}"}, show_anchor, Asker::anybody},
      {{"GET", "/v1/ledger/anchors/{position}/receipt"}, show_receipt, Asker::anybody},
      {{"GET", "/v1/ledger/anchors/{position}/checkpoint"}, show_anchored_checkpoint, Asker::anybody},
      {{"GET", "/v1/ledger/tile/{tile...}"}, show_tile, Asker::anybody},
      {{"GET", "/v1/ledger/bundle"}, show_bundle},
      {{"POST", "/v1/ledger/copies"}, copy_ledger},
      {{"POST", "/v1/clock/confirmations"}, confirm_clock},
      {{"POST", "/v1/imports"}, import_lines},
      {{"GET", "/v1/status"}, show_status},
      {{"GET", "/v1/openapi.json"}, show_contract, Asker::anybody},
      {{"GET", "/v1/openapi.yaml"}, show_contract, Asker::anybody},
      {{"GET", "/livez"}, show_live},
      {{"GET", "/metrics"}, show_metrics},
      {{"GET", "/readyz"}, show_ready},
      {{"GET", "/problems/{slug}"}, show_problem_page},
      {{"GET", "/"}, show_start_page},
      {{"GET", "/cases"}, show_cases_page},
      {{"GET", "/cases/{case}"}, show_case_page},
      {{"GET", "/worklist"}, show_worklist_page},
      {{"GET", "/counts"}, show_counts_page},
      {{"GET", "/counts/cases"}, show_counted_cases_page},
      {{"GET", "/static/{file}"}, show_style},
  };
  return all;
}

Response json_response(int status, const Json& body) {
  Response response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json"}};
  response.body = body.dump();
  return response;
}

Response text_response(std::string_view media_type, std::string body) {
  Response response;
  response.headers = {{"Content-Type", std::string(media_type)}};
  response.body = std::move(body);
  return response;
}

Result<CaseId> find_case(const Call& call, std::string_view id_or_reference) {
  const auto uuid = parse_uuid(id_or_reference);
  if (uuid) return CaseId{*uuid};
  ACTA_TRY(const auto found, by_reference(call, id_or_reference));
  if (!found) return error(Code::not_found, "no case `" + std::string(id_or_reference) + "`: take an id or a reference from the list of cases");
  return *found;
}

bool is_local(const Call& call) {
  const auto token = call.request.header("Acta-Token");
  return token && !call.server.local_token.empty() && same_secret(*token, call.server.local_token);
}

Result<void> wait_for_view(const Call& call, const View& view) {
  ACTA_TRY(const auto asked, call.query.number("min_position"));
  const auto& views = *call.server.views;
  const auto head = call.engine().ledger().head().size;
  const bool seen = views.wait_for(view, asked ? *asked + 1 : head, wait_preferred_ms(call.request));
  if (const auto why = views.failure(view))
    return error(Code::unavailable, "view " + std::string(view.name) + " stands still at entry " + std::to_string(views.position(view)) + ": " + why->message);
  if (views.building(view))
    return error(Code::busy, "view " + std::string(view.name) + " is being built: it has seen " + std::to_string(views.position(view)) + " of " + std::to_string(head) + " entries, and answers when it is whole");
  if (asked && !seen) return error(Code::busy, "position " + std::to_string(*asked) + " is not to be seen yet");
  return {};
}

Result<std::string> idempotency_key(const Request& request) {
  const auto key = request.header("Idempotency-Key");
  if (!key) return error(Code::malformed, "the header Idempotency-Key is missing: 1 to 64 visible characters that name this request, so that it can be repeated safely");
  return std::string(*key);
}

bool has_media_type(const Request& request, std::string_view media_type) {
  const auto given = request.header("Content-Type");
  if (!given) return false;
  auto name = given->substr(0, given->find(';'));
  while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
  std::string lowered(name);
  for (char& c : lowered)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lowered == media_type;
}

bool already_has(const Request& request, std::string_view etag) {
  const auto given = request.header("If-None-Match");
  return given && (*given == "*" || given->find(etag) != std::string_view::npos);
}

std::string etag_of(Revision revision) { return "\"" + std::to_string(revision) + "\""; }

}  // namespace acta
