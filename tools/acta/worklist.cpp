#include <iostream>
#include <nlohmann/json.hpp>

#include "tools/acta/history_item.h"
#include "tools/acta/session.h"
#include "tools/acta/table.h"
#include "tools/acta/terminal.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

constexpr std::size_t day_length = 10;

void add_to(std::string& list, const std::string& item) { list += (list.empty() ? "" : ", ") + item; }

// The steps that call; ways out and what still waits for others are told by --json.
std::string steps_of(const Json& row) {
  std::string labels;
  for (const Json& step : member(row, "steps"))
    if (flag_at(step, "calls")) add_to(labels, text_at(step, "label"));
  return labels;
}

std::string silent_in(const Json& step) {
  std::string bodies;
  for (const Json& seat : member(member(step, "seats"), "silent")) add_to(bodies, text_at(seat, "body"));
  return bodies;
}

// What the steps still lack: the seats that have not spoken, else the evidence to bring.
std::string missing_in(const Json& row) {
  std::string needs, silent;
  for (const Json& step : member(row, "steps")) {
    if (silent.empty()) silent = silent_in(step);
    if (!flag_at(step, "calls")) continue;
    for (const Json& need : member(step, "needs"))
      if (needs.find(plain(need)) == std::string::npos) add_to(needs, plain(need));
  }
  return silent.empty() ? needs : "opinions of " + silent;
}

TableRow row_of(const Json& row) {
  return {text_at(row, "days"), text_at(row, "waits_since").substr(0, day_length), text_at(row, "reference"), text_at(row, "state"), steps_of(row), missing_in(row), text_at(row, "title")};
}

void print_roles(const Json& page) {
  std::string line;
  for (const auto& [role, cases] : member(page, "cases_by_role").items()) add_to(line, printable(role) + " " + plain(cases));
  std::cout << "Cases that wait, by role: " << (line.empty() ? "none" : line) << "\n";
}

void print(const Json& page, const WorklistOptions& options) {
  std::vector<TableRow> rows;
  for (const Json& row : member(page, "items")) rows.push_back(row_of(row));
  const std::vector<Column> columns = {{"days", true, false}, {"since", false, false, true}, {"reference", false, false}, {"state"}, {"next"}, {"missing", false, true, true}, {"title", false, true, true}};
  if (rows.empty()) std::cout << "Nothing waits.\n";
  else std::cout << render_table(columns, rows, terminal_width());
  if (options.role.empty()) print_roles(page);
  const std::string next = text_at(page, "next");
  if (!next.empty()) std::cout << "More: the same with --after " << printable(next) << "\n";
}

}  // namespace

int worklist(const Globals& globals, const WorklistOptions& given) {
  WorklistOptions options = given;
  options.role = globals.role;
  if (options.person.empty() && !options.anyone) options.person = globals.actor;
  auto session = Session::open(globals, Access::read);
  if (!session) return report(globals, session.error());
  const Query query = Query().add("role", options.role).add("person", options.person).add("process", options.process).add("state", options.state)
                          .add("limit", options.limit ? std::to_string(*options.limit) : "").add("after", options.after);
  const auto answer = session->get("/v1/worklist" + query.text());
  if (!answer) return session->report(answer.error());
  if (globals.json) std::cout << answer->body << "\n";
  else print(parse_answer(answer->body), options);
  return 0;
}

}  // namespace acta::cli
