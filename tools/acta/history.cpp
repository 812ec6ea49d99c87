#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "tools/acta/history_item.h"
#include "tools/acta/session.h"
#include "tools/acta/table.h"
#include "tools/acta/terminal.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

std::string mark_of(const Json& item) { return text_at(member(item, "event"), "entrymark"); }

std::string remarks_of(const Json& item, bool marked) {
  std::string remarks = flag_at(item, "late") ? "told late" : "";
  const auto add = [&remarks](const std::string& remark) { remarks += (remarks.empty() ? "" : ", ") + remark; };
  if (is_refusal(item)) add("refused by " + text_at(item, "rule"));
  if (marked && mark_of(item) != "recorded") add(mark_of(item));
  return remarks;
}

TableRow row_of(const Json& item, bool marked) {
  const Json& event = member(item, "event");
  return {position_of(event), happened(event), type_of(event), text_at(event, "actorrole"), text_at(item, "state"), remarks_of(item, marked), recorded_later(event)};
}

// A mark that all carry is told once, below the table.
bool all_alike(const Json& items) {
  return std::all_of(items.begin(), items.end(), [&](const Json& item) { return mark_of(item) == mark_of(items.front()); });
}

void print(const Json& history) {
  const Json& items = member(history, "items");
  const bool alike = items.empty() || all_alike(items);
  std::vector<TableRow> rows;
  for (const Json& item : items) rows.push_back(row_of(item, !alike));
  const std::vector<Column> columns = {{"pos", true, false}, {"happened", false, false}, {"what"}, {"by"}, {"state after"}, {"remark"}, {"recorded", false, false, true}};
  std::cout << render_table(columns, rows, terminal_width());
  if (alike && !items.empty() && mark_of(items.front()) != "recorded") std::cout << "All of it is marked " << printable(mark_of(items.front())) << ".\n";
}

}  // namespace

int history(const Globals& globals, const std::string& id, const HistoryOptions& options) {
  auto session = Session::open(globals, Access::read);
  if (!session) return report(globals, session.error());
  const auto answer = session->get("/v1/cases/" + percent_encoded(id) + "/events" + Query().add("refusals", options.refusals ? "true" : "").text());
  if (!answer) return session->report(answer.error());
  if (globals.json) std::cout << answer->body << "\n";
  else print(parse_answer(answer->body));
  return 0;
}

}  // namespace acta::cli
