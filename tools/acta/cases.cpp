#include <iostream>
#include <nlohmann/json.hpp>

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

void print(const Json& page) {
  std::vector<TableRow> rows;
  for (const Json& item : member(page, "items")) rows.push_back(row_of(item));
  const std::vector<Column> columns = {{"reference", false, false}, {"state"}, {"rev", true, false}, {"changed", false, false}, {"title"}};
  std::cout << render_table(columns, rows, terminal_width());
  const std::string next = text_at(page, "next");
  if (!next.empty()) std::cout << "More: acta cases --after " << printable(next) << "\n";
}

}  // namespace

int cases(const Globals& globals, const CasesOptions& options) {
  auto session = Session::open(globals, Access::read);
  if (!session) return report(globals, session.error());
  const Query query = Query().add("limit", options.limit ? std::to_string(*options.limit) : "").add("after", options.after);
  const auto answer = session->get("/v1/cases" + query.text());
  if (!answer) return session->report(answer.error());
  if (globals.json) std::cout << answer->body << (answer->body.ends_with('\n') ? "" : "\n");
  else print(parse_answer(answer->body));
  return 0;
}

}  // namespace acta::cli
