#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "engine/engine.h"

#include "tools/acta/examination.h"
#include "tools/acta/session.h"
#include "tools/acta/start_remedy.h"
#include "tools/acta/table.h"
#include "tools/acta/terminal.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

std::string_view word_of(Check::State state) {
  if (state == Check::State::ok) return "ok";
  return state == Check::State::wrong ? "wrong" : "skipped";
}

// What only a command meets is explained as commands explain it.
std::string_view remedy(Code code) {
  const auto at_start = start_remedy(code);
  return at_start.empty() ? way_out(code) : at_start;
}

Json json_of(const std::vector<Check>& checks) {
  Json items = Json::array();
  for (const Check& check : checks) {
    Json item{{"check", check.name}, {"state", word_of(check.state)}, {"what", check.what}};
    if (check.code) item["code"] = name_of(*check.code);
    if (check.code) item["way_out"] = remedy(*check.code);
    items.push_back(std::move(item));
  }
  return {{"items", std::move(items)}};
}

// The table shows what fits; what is wrong stands below it in full, with the way out.
void print(const std::vector<Check>& checks) {
  std::vector<TableRow> rows;
  for (const Check& check : checks) rows.push_back({check.name, std::string(word_of(check.state)), check.what});
  std::cout << render_table({{"check", false, false}, {"state", false, false}, {"what was found"}}, rows, terminal_width());
  for (const Check& check : checks)
    if (check.code) std::cout << "\n" << check.name << ": " << printable(check.what) << "\n  " << remedy(*check.code) << "\n";
}

}  // namespace

int doctor(const Globals& globals, const ServeOptions& options, bool outside) {
  if (!globals.url.empty()) return report_usage("doctor looks at a folder (--data) on this machine, not at a server (--url, ACTA_URL).");
  const std::vector<Check> checks = examine(folders_of(globals), options, outside);
  if (globals.json) std::cout << json_of(checks).dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
  else print(checks);
  const auto first = std::find_if(checks.begin(), checks.end(), [](const Check& check) { return check.code.has_value(); });
  if (first != checks.end()) return exit_code(*first->code);
  if (!globals.json) std::cout << "\nNothing is in the way of a start.\n";
  return Exit::ok;
}

}  // namespace acta::cli
