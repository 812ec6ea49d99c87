// GET /v1/cases: narrowed, sorted, a page at a time.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/case_row_json.h"
#include "api/resource.h"
#include "api/uri.h"
#include "projections/case_list.h"

namespace acta {
namespace {

struct NamedField {
  std::string_view name;
  CaseField field;
};
constexpr std::array named_fields = {
    NamedField{"process", CaseField::process}, NamedField{"state", CaseField::state},         NamedField{"country", CaseField::country},
    NamedField{"theme", CaseField::theme},     NamedField{"region", CaseField::region},       NamedField{"requester", CaseField::requester},
    NamedField{"closed", CaseField::closed},
};
constexpr std::size_t values_max = 50, text_bytes_max = 200;

Result<std::vector<std::string>> values_given(const Query& query, const NamedField& named) {
  auto values = query.texts(named.name);
  if (values.size() > values_max) return error(Code::malformed, "query parameter `" + std::string(named.name) + "`: " + std::to_string(values_max) + " values at most");
  const bool is_flag = named.field == CaseField::closed;
  if (is_flag && std::any_of(values.begin(), values.end(), [](const auto& value) { return value != "true" && value != "false"; }))
    return error(Code::malformed, "query parameter `closed`: true or false");
  return values;
}

Result<CaseFilter> filter_of(const Query& query) {
  CaseFilter filter;
  for (const auto& named : named_fields) {
    ACTA_TRY(auto values, values_given(query, named));
    if (!values.empty()) filter.values.emplace(named.field, std::move(values));
  }
  filter.text = query.text("text").value_or("");
  if (filter.text.size() > text_bytes_max) return error(Code::malformed, "query parameter `text`: 200 bytes at most");
  ACTA_TRY(filter.opened_from, query.instant("opened_from"));
  ACTA_TRY(filter.opened_before, query.instant("opened_before"));
  ACTA_TRY(filter.changed_from, query.instant("changed_from"));
  ACTA_TRY(filter.changed_before, query.instant("changed_before"));
  return filter;
}

Result<CaseOrder> order_of(const Query& query) {
  const auto sort = query.text("sort").value_or("reference");
  if (sort == "reference") return CaseOrder::by_reference;
  if (sort == "-changed_at") return CaseOrder::newest_change_first;
  return error(Code::malformed, "query parameter `sort`: reference or -changed_at");
}

Json facets_json(const CaseFacets& facets) {
  Json fields = Json::object();
  for (const auto& facet : facets.fields) {
    const auto named = std::find_if(named_fields.begin(), named_fields.end(), [&](const auto& each) { return each.field == facet.field; });
    Json values = Json::array();
    for (const auto& [value, cases] : facet.values) values.push_back({{"value", value}, {"cases", cases}});
    fields[std::string(named->name)] = std::move(values);
  }
  return {{"complete", facets.complete}, {"fields", std::move(fields)}};
}

}  // namespace

Json case_row_json(const CaseRow& row) {
  return {{"id", to_text(row.id)}, {"reference", row.reference}, {"process", row.process}, {"title", row.title}, {"state", row.state},
          {"requester", row.requester}, {"countries", row.countries}, {"region", row.region}, {"theme", row.theme},
          {"revision", row.revision}, {"closed", row.closed}, {"opened_at", to_text(row.opened_at)}, {"changed_at", to_text(row.changed_at)}};
}

Result<Response> list_cases(const Call& call) {
  ACTA_CHECK(call.query.only({"limit", "after", "min_position", "sort", "text", "facets", "opened_from", "opened_before", "changed_from", "changed_before"},
                             {"process", "state", "country", "theme", "region", "requester", "closed"}));
  ACTA_TRY(const auto limit, call.query.page_limit());
  ACTA_TRY(const auto filter, filter_of(call.query));
  ACTA_TRY(const auto order, order_of(call.query));
  ACTA_TRY(const auto counted, call.query.flag("facets"));
  ACTA_CHECK(wait_for_view(call, case_list_view));
  const auto seen = call.server.views->position(case_list_view);   // before the page, so that it never claims too much
  const auto& cases = call.server.views->cases();
  ACTA_TRY(const auto page, cases.page(filter, order, call.query.text("after").value_or(""), limit));
  Json items = Json::array();
  for (const auto& row : page.rows) items.push_back(case_row_json(row));
  Json body = {{"items", std::move(items)}, {"next", page.next.empty() ? Json() : Json(page.next)}};
  if (counted) {
    ACTA_TRY(const auto facets, cases.facets(filter));
    body["facets"] = facets_json(facets);
  }
  auto response = json_response(200, body);
  response.headers.emplace_back("Acta-Position", std::to_string(seen));
  if (!page.next.empty()) response.headers.emplace_back("Link", "<" + with_parameter(call.request.target, "after", page.next) + ">; rel=\"next\"");
  return response;
}

}  // namespace acta
