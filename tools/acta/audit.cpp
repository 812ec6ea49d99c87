#include <iostream>
#include <nlohmann/json.hpp>

#include "tools/acta/history_item.h"
#include "tools/acta/moment.h"
#include "tools/acta/session.h"
#include "tools/acta/table.h"
#include "tools/acta/terminal.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

std::string recorded_at(const Json& item) { return until_minute(text_at(member(item, "event"), "recordedtime")); }

std::string remarks_of(const Json& item) {
  const Json& event = member(item, "event");
  std::string remarks;
  const auto add = [&remarks](const std::string& remark) { remarks += (remarks.empty() ? "" : ", ") + remark; };
  if (is_refusal(item)) add("refused by " + text_at(event, "refusedby"));
  const std::string days = text_at(item, "days_late");
  if (days != "0") add("told " + days + (days == "1" ? " day" : " days") + " late");
  if (!text_at(item, "on_behalf_of").empty()) add("for " + text_at(item, "on_behalf_of"));
  return remarks;
}

TableRow audit_row(const Json& item) {
  const Json& event = member(item, "event");
  return {text_at(item, "position"), recorded_at(item), text_at(item, "case"), text_at(item, "type"), text_at(event, "actorrole"), remarks_of(item), text_at(event, "actorid")};
}

TableRow refusal_row(const Json& item) {
  const Json& event = member(item, "event");
  return {text_at(item, "position"), recorded_at(item), text_at(item, "case"), text_at(item, "type"), text_at(event, "actorrole"), text_at(event, "refusedby"), text_at(event, "actorid")};
}

struct List {
  const char* target;
  const char* remark;                     // title of the one column in which the two differ
  TableRow (*row)(const Json& item);
};
constexpr List audit_list{"/v1/audit", "remark", &audit_row}, refusals_list{"/v1/refusals", "refused by", &refusal_row};

void print(const Json& page, const List& list) {
  std::vector<TableRow> rows;
  for (const Json& item : member(page, "items")) rows.push_back(list.row(item));
  const std::string next = text_at(page, "next");
  const std::vector<Column> columns = {{"pos", true, false}, {"recorded", false, false}, {"case", false, false}, {"what"}, {"by"}, {list.remark}, {"person", false, true, true}};
  if (!rows.empty()) std::cout << render_table(columns, rows, terminal_width());
  else std::cout << (next.empty() ? "Nothing fits.\n" : "Nothing fits so far.\n");   // many entries are looked at for one page, not all
  if (!next.empty()) std::cout << "More: the same with --after " << printable(next) << "\n";
}

std::string decimal(const std::optional<std::uint32_t>& number) { return number ? std::to_string(*number) : ""; }

std::string query_of(const AuditOptions& options) {
  return Query().add("person", options.person).add("role", options.role).add("type", options.type).add("case", options.case_id).add("rule", options.rule)
      .add("kind", options.kind).add("late_days", decimal(options.late_days)).add("recorded_from", options.recorded_from).add("recorded_before", options.recorded_before)
      .add("occurred_from", options.occurred_from).add("occurred_before", options.occurred_before).add("sort", options.oldest ? "position" : "")
      .add("limit", decimal(options.limit)).add("after", options.after).text();
}

int show(const Globals& globals, AuditOptions options, const List& list) {
  const auto read = read_moments({{"--recorded-from", &options.recorded_from}, {"--recorded-before", &options.recorded_before},
                                  {"--occurred-from", &options.occurred_from}, {"--occurred-before", &options.occurred_before}});
  if (!read) return report_usage(read.error().message);
  auto session = Session::open(globals, Access::read);
  if (!session) return report(globals, session.error());
  const auto answer = session->get(list.target + query_of(options));
  if (!answer) return session->report(answer.error());
  if (globals.json) std::cout << answer->body << "\n";
  else print(parse_answer(answer->body), list);
  return Exit::ok;
}

}  // namespace

int audit(const Globals& globals, const AuditOptions& options) { return show(globals, options, audit_list); }
int refusals(const Globals& globals, const AuditOptions& options) { return show(globals, options, refusals_list); }

}  // namespace acta::cli
