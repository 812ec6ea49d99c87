#include <iostream>
#include <nlohmann/json.hpp>

#include "tools/acta/session.h"
#include "tools/acta/table.h"
#include "tools/acta/terminal.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

constexpr std::size_t day_length = 10;

// The numbers a table shows; --json has all of them.
constexpr std::pair<const char*, bool> shown_measures[] = {{"received", false}, {"admissible", true}, {"approved", false}, {"refused", false}, {"withdrawn", true}, {"lapsed", true}, {"pending", true}, {"launched", true}, {"closed", false}};
constexpr std::pair<const char*, const char*> shown_waits[] = {{"received_to_acknowledged", "to ackn."}, {"received_to_approved", "to appr."}, {"approved_to_launched", "to launch"}};

std::string count_in(const Json& row, const char* measure) { return text_at(member(member(row, "counts"), measure), "count"); }

std::string percent_in(const Json& row) {
  const Json& rate = member(member(row, "conversion"), "rate");
  if (!rate.is_number()) return "–";
  const auto tenths = static_cast<long>(rate.get<double>() * 1'000 + 0.5);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %";
}

std::string days_in(const Json& row, const char* wait) {
  const Json& times = member(member(row, "waits"), wait);
  const std::string median = text_at(times, "median_days");
  return median.empty() ? "–" : median + " / " + text_at(times, "p90_days");
}

TableRow row_of(const std::string& value, const Json& row) {
  TableRow cells = {value};
  for (const auto& [measure, optional] : shown_measures) cells.push_back(count_in(row, measure));
  cells.push_back(percent_in(row));
  for (const auto& [wait, title] : shown_waits) cells.push_back(days_in(row, wait));
  return cells;
}

std::vector<Column> columns_for(const std::string& by) {
  std::vector<Column> columns = {{by, false, false}};
  for (const auto& [measure, optional] : shown_measures) columns.push_back({measure, true, false, optional});
  columns.push_back({"conv.", true, false});
  for (const auto& [wait, title] : shown_waits) columns.push_back({title, true, false, true});
  return columns;
}

void print_table(const Json& table, const std::string& by) {
  std::vector<TableRow> rows;
  for (const Json& item : member(table, "items")) rows.push_back(row_of(member(item, "value").is_null() ? "(none)" : text_at(item, "value"), item));
  rows.push_back(row_of("all", member(table, "total")));
  std::cout << render_table(columns_for(by), rows, terminal_width());
  std::cout << "As of position " << text_at(table, "position") << ". Waiting times: median / 90th percentile in days. Each case counts once, as it stands today"
            << (by == "country" ? "; under each of its countries, and once in all" : "") << ".\nThe cases behind a number: acta counts --cases approved, with the same filters.\n";
}

void print_cases(const Json& page) {
  std::vector<TableRow> rows;
  for (const Json& item : member(page, "items"))
    rows.push_back({text_at(item, "reference"), text_at(item, "at").substr(0, day_length), text_at(item, "days"), text_at(item, "state"), text_at(item, "title")});
  std::cout << render_table({{"reference", false, false}, {"on", false, false}, {"days", true, false}, {"state"}, {"title"}}, rows, terminal_width());
  std::cout << text_at(page, "count") << " cases as of position " << text_at(page, "position") << ".\n";
  const std::string next = text_at(page, "next");
  if (!next.empty()) std::cout << "More: the same with --after " << printable(next) << "\n";
}

Query filters_of(const CountsOptions& options) {
  Query query;
  query.add("theme", options.theme).add("region", options.region).add("country", options.country).add("state", options.state).add("year", options.year)
      .add("process", options.process).add("from", options.from).add("to", options.to).add("position", options.position);
  return query;
}

std::string target_of(const CountsOptions& options) {
  Query query = filters_of(options);
  if (options.cases.empty()) return "/v1/statistics" + query.add("by", options.by).text();
  const bool is_wait = options.cases.find("_to_") != std::string::npos;
  query.add(is_wait ? "wait" : "measure", options.cases).add("limit", options.limit ? std::to_string(*options.limit) : "").add("after", options.after);
  return "/v1/statistics/cases" + query.text();
}

}  // namespace

int counts(const Globals& globals, const CountsOptions& options) {
  if (!options.cases.empty() && !options.by.empty()) return report_usage("--by groups numbers, --cases lists the cases behind one: give one of them");
  auto session = Session::open(globals, Access::read);
  if (!session) return report(globals, session.error());
  const auto answer = session->get(target_of(options));
  if (!answer) return session->report(answer.error());
  if (globals.json) std::cout << answer->body << "\n";
  else if (options.cases.empty()) print_table(parse_answer(answer->body), options.by);
  else print_cases(parse_answer(answer->body));
  return 0;
}

}  // namespace acta::cli
