// GET / and /cases: what there is, and where it is.

#include <array>
#include <nlohmann/json.hpp>

#include "api/page.h"
#include "api/uri.h"
#include "projections/views.h"

namespace acta {
namespace {

struct Filter {
  const char* name;
  const char* label;
};
constexpr std::array<Filter, 4> filters = {{{"state", "State"}, {"theme", "Theme"}, {"region", "Region"}, {"country", "Country"}}};

Json values_json(const Json& values, std::string_view name, std::string_view chosen) {
  Json out = Json::array();
  for (const auto& one : values) {
    const auto value = one.value("value", "");
    out.push_back({{"name", name}, {"value", value}, {"query", percent_encoded(value)}, {"shown", spaced(value)}, {"cases", one["cases"]}, {"chosen", value == chosen}});
  }
  return out;
}

Json facets_json(const Call& call, const Json& list) {
  const auto& fields = list["facets"]["fields"];
  Json out = Json::array();
  for (const auto& filter : filters) {
    const auto values = fields.value(filter.name, Json::array());
    out.push_back({{"name", filter.name}, {"label", filter.label}, {"any", !values.empty()}, {"values", values_json(values, filter.name, call.query.text(filter.name).value_or(""))}});
  }
  return out;
}

// Each case is in one state.
std::uint64_t count_of(const Json& list, std::string_view state) {
  std::uint64_t count = 0;
  for (const auto& one : list["facets"]["fields"].value("state", Json::array()))
    if (state.empty() || one["value"] == state) count += one["cases"].get<std::uint64_t>();
  return count;
}

bool more_than_counted(const Json& list) { return !list["facets"].value("complete", true); }

// How far the newest published checkpoint reaches.
std::string signed_text(const Engine& engine) {
  const auto note = engine.published_checkpoint();
  const auto checkpoint = note ? engine.log_keys().open(*note) : Result<Checkpoint>(error(Code::not_found, ""));
  if (!checkpoint) return "not yet";
  const auto size = engine.ledger().head().size;
  return checkpoint->size == size ? "all" : std::to_string(checkpoint->size) + " of " + std::to_string(size);
}

Json rows_json(const Json& items) {
  Json rows = Json::array();
  for (const auto& item : items)
    rows.push_back({{"reference", item["reference"]}, {"title", item["title"]}, {"state", item["state"]}, {"changed", day_of(item["changed_at"])}});
  return rows;
}

// What was filled in; a form sends empty what was left open.
std::multimap<std::string, std::string> narrowed(const Call& call) {
  std::multimap<std::string, std::string> out;
  for (const auto* name : {"state", "theme", "region", "country", "text"})
    if (const auto value = call.query.text(name); value && !value->empty()) out.emplace(name, *value);
  return out;
}

// The same in words, as "state closed, words \"visa\"".
std::string criteria_text(const std::multimap<std::string, std::string>& query) {
  std::string out;
  for (const auto& [name, value] : query) out += (out.empty() ? "" : ", ") + (name == "text" ? "words \"" + value + '"' : name + " " + spaced(value));
  return out;
}

std::string query_text(const std::multimap<std::string, std::string>& query) {
  std::string out;
  for (const auto& [name, value] : query) out += "&" + name + "=" + percent_encoded(value);
  return out;
}

}  // namespace

Result<Response> show_start_page(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  ACTA_TRY(const auto list, read_json(call, list_cases, {.path = {}, .query = {{"limit", "1"}, {"facets", "true"}}}));
  const auto& genesis = call.engine().genesis();
  return page_response(200, genesis.facility, fill("start.html", {{"facility", genesis.facility}, {"origin", genesis.origin}, {"cases", count_of(list, "")},
                       {"more", more_than_counted(list)}, {"size", call.engine().ledger().head().size}, {"signed", signed_text(call.engine())}, {"facets", facets_json(call, list)}}));
}

Result<Response> show_cases_page(const Call& call) {
  ACTA_CHECK(call.query.only({"after", "state", "theme", "region", "country", "text"}));
  auto query = narrowed(call);
  const auto carried = query_text(query), criteria = criteria_text(query);
  query.emplace("facets", "true");
  if (const auto after = call.query.text("after")) query.emplace("after", *after);
  ACTA_TRY(const auto list, read_json(call, list_cases, {.path = {}, .query = query}));
  return page_response(200, "Cases", fill("cases.html", {{"any", !list["items"].empty()}, {"items", rows_json(list["items"])}, {"criteria", criteria}, {"count", cases_text(count_of(list, call.query.text("state").value_or("")))},
                       {"more", more_than_counted(list)}, {"facets", facets_json(call, list)}, {"text", call.query.text("text").value_or("")}, {"query", carried}, {"next", list["next"]}}));
}

}  // namespace acta
