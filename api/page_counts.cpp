// GET /counts: numbers for the funder, each a link; GET /counts/cases: the cases behind one.

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "api/page.h"
#include "api/uri.h"

namespace acta {
namespace {

constexpr std::array<const char*, 6> dimension_names = {"theme", "region", "country", "state", "year", "process"};
// The numbers with a column of their own; the resource has all of them.
constexpr std::array<const char*, 9> shown_measures = {"received", "admissible", "approved", "refused", "withdrawn", "lapsed", "pending", "launched", "closed"};
constexpr std::array<const char*, 3> shown_waits = {"received_to_acknowledged", "received_to_approved", "approved_to_launched"};
constexpr const char* nothing = "–";

// The page with the cases that a resource's link leads to.
std::string page_link(const Json& link) {
  const auto target = link.get<std::string>();
  return "/counts/cases" + target.substr(target.find('?'));
}

Json cell_json(const std::string& shown, const Json& link) { return {{"shown", shown}, {"link", page_link(link)}}; }

std::string percent(const Json& rate) {
  if (!rate.is_number()) return nothing;
  const auto thousandths = std::lround(rate.get<double>() * 1'000);
  return std::to_string(thousandths / 10) + "." + std::to_string(thousandths % 10) + " %";
}

std::string days(const Json& wait) { return wait["median_days"].is_null() ? nothing : wait["median_days"].dump() + " / " + wait["p90_days"].dump(); }

Json row_json(const std::string& value, const Json& row) {
  Json cells = Json::array();
  for (const auto* name : shown_measures) cells.push_back(cell_json(row["counts"][name]["count"].dump(), row["counts"][name]["cases"]));
  cells.push_back(cell_json(percent(row["conversion"]["rate"]), row["counts"]["converted"]["cases"]));
  for (const auto* name : shown_waits) cells.push_back(cell_json(days(row["waits"][name]), row["waits"][name]["cases"]));
  return {{"value", value}, {"cells", std::move(cells)}};
}

Json rows_json(const Json& table) {
  Json rows = Json::array();
  for (const auto& item : table["items"]) rows.push_back(row_json(item["value"].is_null() ? "none" : spaced(item.value("value", "")), item));
  rows.push_back(row_json("all", table["total"]));
  return rows;
}

Json columns_json(const Json& meanings) {
  Json columns = Json::array();
  const auto add = [&](const char* name) { columns.push_back({{"name", spaced(name)}, {"meaning", meanings[name]}}); };
  for (const auto* name : shown_measures) add(name);
  add("conversion");
  for (const auto* name : shown_waits) add(name);
  return columns;
}

Json choices_json(std::string_view chosen) {
  Json choices = Json::array();
  for (const auto* name : dimension_names) choices.push_back({{"name", name}, {"chosen", name == chosen}});
  return choices;
}

Json case_row(const Json& item) {
  return {{"reference", item["reference"]}, {"title", item["title"]}, {"state", item["state"]}, {"on", day_of(item["at"])}, {"days", item.contains("days") ? item["days"] : Json()}};
}

// What the number was asked of, in words.
Json facts_json(const Call& call) {
  Json facts = Json::array();
  for (const auto& [name, value] : call.match.query)
    if (name != "after" && name != "position") facts.push_back({{"name", spaced(name)}, {"value", value.empty() ? "none" : spaced(value)}});
  return facts;
}

}  // namespace

Result<Response> show_counts_page(const Call& call) {
  ACTA_CHECK(call.query.only({"by", "from", "to"}));
  std::multimap<std::string, std::string> query;
  for (const auto* name : {"by", "from", "to"})   // a form sends empty what was left open
    if (const auto value = call.query.text(name); value && !value->empty()) query.emplace(name, *value);
  if (!query.contains("by")) query.emplace("by", dimension_names.front());
  ACTA_TRY(const auto table, read_json(call, show_statistics, {.path = {}, .query = query}));
  const auto by = table.value("by", "");
  return page_response(200, "Counts", fill("counts.html", {{"by", by}, {"choices", choices_json(by)}, {"from", call.query.text("from").value_or("")}, {"to", call.query.text("to").value_or("")},
                       {"columns", columns_json(table["meanings"])}, {"rows", rows_json(table)}, {"position", table["position"]}, {"once", table["meanings"]["once"]}}));
}

Result<Response> show_counted_cases_page(const Call& call) {
  ACTA_CHECK(call.query.only({"measure", "wait", "theme", "region", "country", "state", "year", "process", "from", "to", "position", "after"}));
  ACTA_TRY(const auto page, read_json(call, list_counted_cases, {.path = {}, .query = call.match.query}));
  Json rows = Json::array();
  for (const auto& item : page["items"]) rows.push_back(case_row(item));
  const Json next = page["next"].is_null() ? Json() : Json(with_parameter(call.request.target, "after", page.value("next", "")));
  return page_response(200, "Cases behind a number", fill("counted_cases.html", {{"facts", facts_json(call)}, {"any", !rows.empty()}, {"count", cases_text(page["count"].get<std::uint64_t>())}, {"waits", call.query.text("wait").has_value()},
                       {"position", page["position"]}, {"items", std::move(rows)}, {"next", next}}));
}

}  // namespace acta
