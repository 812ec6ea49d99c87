// GET / and /cases: what there is, and where it is.

#include <nlohmann/json.hpp>

#include "api/page.h"
#include "projections/views.h"

namespace acta {
namespace {

constexpr const char* counted_max = "500";
constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

std::string query_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (plain.find(c) != std::string_view::npos) out += c;
    else out += "%" + to_hex(view(std::string_view(&c, 1)));
  }
  return out;
}

Json states_json(const Json& items) {
  std::map<std::string, std::size_t> counts;
  for (const auto& item : items) ++counts[item.value("state", "")];
  Json out = Json::array();
  for (const auto& [state, count] : counts) out.push_back({{"state", state}, {"query", query_encoded(state)}, {"count", count}});
  return out;
}

// How far the newest published checkpoint reaches.
std::string signed_text(const Engine& engine) {
  const auto note = engine.published_checkpoint();
  const auto checkpoint = note ? open_checkpoint(*note, {engine.genesis().log_key}) : Result<Checkpoint>(error(Code::not_found, ""));
  if (!checkpoint) return "not yet";
  const auto size = engine.ledger().head().size;
  return checkpoint->size == size ? "all" : std::to_string(checkpoint->size) + " of " + std::to_string(size);
}

// A page of the list, or of those of its first cases that are in a state.
Json rows_json(const Json& items, std::string_view state) {
  Json rows = Json::array();
  for (const auto& item : items) {
    if (!state.empty() && item["state"] != state) continue;
    rows.push_back({{"reference", item["reference"]}, {"title", item["title"]}, {"state", item["state"]}, {"changed", day_of(item["changed_at"])}});
  }
  return rows;
}

}  // namespace

Result<Response> show_start_page(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  ACTA_TRY(const auto list, read_json(call, list_cases, {.path = {}, .query = {{"limit", counted_max}}}));
  const auto& genesis = call.engine().genesis();
  return page_response(200, genesis.facility, fill("start.html", {{"facility", genesis.facility}, {"origin", genesis.origin}, {"cases", list["items"].size()},
                       {"more", !list["next"].is_null()}, {"size", call.engine().ledger().head().size}, {"signed", signed_text(call.engine())}, {"states", states_json(list["items"])}}));
}

Result<Response> show_cases_page(const Call& call) {
  ACTA_CHECK(call.query.only({"after", "state"}));
  const std::string state(call.query.text("state").value_or(""));
  std::multimap<std::string, std::string> query = {{"limit", state.empty() ? "50" : counted_max}};
  if (const auto after = call.query.text("after")) query.emplace("after", *after);
  ACTA_TRY(const auto list, read_json(call, list_cases, {.path = {}, .query = query}));
  auto rows = rows_json(list["items"], state);
  const auto count = rows.size();
  return page_response(200, "Cases", fill("cases.html", {{"items", std::move(rows)}, {"count", count}, {"state", state}, {"next", list["next"]}}));
}

}  // namespace acta
