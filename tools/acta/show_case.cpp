#include <iostream>
#include <nlohmann/json.hpp>

#include "tools/acta/moment.h"
#include "tools/acta/session.h"
#include "tools/acta/table.h"
#include "tools/acta/terminal.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

Result<std::string> target_of(const std::string& id, const PastOptions& past) {
  ACTA_TRY(const auto as_of, by_the_end_of("--as-of", past.as_of));
  ACTA_TRY(const auto recorded_as_of, by_the_end_of("--recorded-as-of", past.recorded_as_of));
  return "/v1/cases/" + percent_encoded(id) +
         Query().add("as_of", as_of).add("recorded_as_of", recorded_as_of).add("revision", past.revision).add("position", past.position).text();
}

}  // namespace

int show_case(const Globals& globals, const std::string& id, const PastOptions& past) {
  const auto target = target_of(id, past);
  if (!target) return report_usage(target.error().message);
  auto session = Session::open(globals, Access::read);
  if (!session) return report(globals, session.error());
  const auto answer = session->get(*target);
  if (!answer) return session->report(answer.error());
  if (globals.json) std::cout << answer->body << "\n";
  else std::cout << render_pairs(flatten(parse_answer(answer->body)), terminal_width());
  return 0;
}

}  // namespace acta::cli
