#include <iostream>
#include <nlohmann/json.hpp>

#include "tools/acta/moment.h"
#include "tools/acta/session.h"
#include "tools/acta/table.h"
#include "tools/acta/terminal.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

constexpr std::size_t day_length = 10;

TableRow row_of(const Json& item) {
  return {text_at(item, "reference"), text_at(item, "state"), text_at(item, "revision"), text_at(item, "changed_at").substr(0, day_length), text_at(item, "title")};
}

void print_facets(const Json& facets) {
  std::vector<TableRow> rows;
  for (const auto& [name, values] : member(facets, "fields").items())
    for (const Json& each : values) rows.push_back({name, text_at(each, "value"), text_at(each, "cases")});
  std::cout << "\n" << render_table({{"narrowed by", false, false}, {"value"}, {"cases", true, false}}, rows, terminal_width());
  if (text_at(facets, "complete") == "false") std::cout << "These counts are of the first cases alone: narrow the list to have them all.\n";
}

void print(const Json& page) {
  std::vector<TableRow> rows;
  for (const Json& item : member(page, "items")) rows.push_back(row_of(item));
  const std::vector<Column> columns = {{"reference", false, false}, {"state"}, {"rev", true, false}, {"changed", false, false}, {"title"}};
  std::cout << render_table(columns, rows, terminal_width());
  if (rows.empty()) std::cout << "No case fits; `acta cases --facets` shows what there is.\n";
  const std::string next = text_at(page, "next");
  if (!next.empty()) std::cout << "More: the same with --after " << printable(next) << "\n";
  if (page.contains("facets")) print_facets(page["facets"]);
}

Query& add_all(Query& query, std::string_view name, const std::vector<std::string>& values) {
  for (const auto& value : values) query.add(name, value);
  return query;
}

Query query_of(const CasesOptions& options) {
  Query query;
  add_all(query, "process", options.processes);
  add_all(query, "state", options.states);
  add_all(query, "country", options.countries);
  add_all(query, "theme", options.themes);
  add_all(query, "region", options.regions);
  add_all(query, "requester", options.requesters);
  query.add("text", options.text).add("closed", options.open ? "false" : options.closed ? "true" : "");
  query.add("opened_from", options.opened_from).add("opened_before", options.opened_before);
  query.add("changed_from", options.changed_from).add("changed_before", options.changed_before);
  query.add("sort", options.newest ? "-changed_at" : "").add("facets", options.facets ? "true" : "");
  return query.add("limit", options.limit ? std::to_string(*options.limit) : "").add("after", options.after);
}

}  // namespace

int cases(const Globals& globals, const CasesOptions& given) {
  auto options = given;
  const auto read = read_moments({{"--opened-from", &options.opened_from}, {"--opened-before", &options.opened_before},
                                  {"--changed-from", &options.changed_from}, {"--changed-before", &options.changed_before}});
  if (!read) return report_usage(read.error().message);
  auto session = Session::open(globals, Access::read);
  if (!session) return report(globals, session.error());
  const auto answer = session->get("/v1/cases" + query_of(options).text());
  if (!answer) return session->report(answer.error());
  if (globals.json) std::cout << answer->body << (answer->body.ends_with('\n') ? "" : "\n");
  else print(parse_answer(answer->body));
  return 0;
}

}  // namespace acta::cli
