#include <algorithm>
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

constexpr std::size_t digest_shown = 8;

struct Step {
  Json item;      // of the history
  Json after;     // the case at that revision
  bool proven = false;
};

std::uint64_t revision_of(const Json& object, std::string_view name) {
  const Json& value = member(object, name);
  return value.is_number_unsigned() ? value.get<std::uint64_t>() : 0;
}

// The events of a case in the order they were recorded.
Result<std::vector<Json>> recorded_events(Session& session, const std::string& id) {
  ACTA_TRY(const Json history, session.get_json("/v1/cases/" + percent_encoded(id) + "/events"));
  std::vector<Json> items;
  for (const Json& item : member(history, "items"))
    if (text_at(member(item, "event"), "entrykind") == "event") items.push_back(item);
  std::sort(items.begin(), items.end(), [](const Json& a, const Json& b) { return text_at(member(a, "event"), "sequence") < text_at(member(b, "event"), "sequence"); });
  return items;
}

// The last revision to show; all when no time is given.
Result<std::uint64_t> last_revision(Session& session, const std::string& id, const std::string& as_of) {
  if (as_of.empty()) return std::numeric_limits<std::uint64_t>::max();
  ACTA_TRY(const Json past, session.get_json("/v1/cases/" + percent_encoded(id) + Query().add("as_of", as_of).text()));
  return revision_of(past, "revision");
}

Result<std::vector<Step>> steps_of(Session& session, const std::string& id, const std::string& as_of) {
  ACTA_TRY(const std::uint64_t last, last_revision(session, id, as_of));
  ACTA_TRY(const auto items, recorded_events(session, id));
  std::vector<Step> steps;
  for (const Json& item : items) {
    if (steps.size() == last) break;
    ACTA_TRY(Json after, session.get_json("/v1/cases/" + percent_encoded(id) + "?revision=" + std::to_string(steps.size() + 1)));
    const std::string digest = text_at(after, "state_digest");
    const bool proven = !digest.empty() && digest == text_at(member(item, "effect"), "state_digest");
    steps.push_back({item, std::move(after), proven});
  }
  return steps;
}

// What the event's effect set, as "budget=1250.00 EUR".
std::string changes_of(const Json& item) {
  std::string out;
  for (const auto& [name, value] : flatten(member(member(item, "effect"), "data"))) out += (out.empty() ? "" : ", ") + name + "=" + value;
  return out;
}

TableRow row_of(const Step& step) {
  const Json& event = member(step.item, "event");
  const std::string digest = step.proven ? text_at(step.after, "state_digest").substr(0, digest_shown) : "DIFFERS";
  return {text_at(step.after, "revision"), position_of(event), happened(event), type_of(event), text_at(event, "actorrole"), text_at(step.after, "state"), digest, recorded_later(event), changes_of(step.item)};
}

void print_table(const std::vector<Step>& steps, std::size_t differing) {
  std::vector<TableRow> rows;
  for (const Step& step : steps) rows.push_back(row_of(step));
  const std::vector<Column> columns = {{"rev", true, false}, {"pos", true, false}, {"happened", false, false}, {"what"}, {"by"}, {"state after"}, {"digest", false, false}, {"recorded", false, false, true}, {"what changed", false, true, true}};
  std::cout << render_table(columns, rows, terminal_width());
  if (differing == 0) std::cout << "Each state was computed again from the entries and has the digest that its entry carries.\n";
  else std::cout << differing << " states differ from the digests in their entries.\n";
}

void print_json(const std::vector<Step>& steps) {
  Json items = Json::array();
  for (const Step& step : steps) items.push_back({{"event", member(step.item, "event")}, {"effect", member(step.item, "effect")}, {"case", step.after}, {"digest_agrees", step.proven}});
  std::cout << Json{{"items", std::move(items)}}.dump() << "\n";
}

}  // namespace

int replay(const Globals& globals, const std::string& id, const std::string& as_of) {
  const auto moment = by_the_end_of("--as-of", as_of);
  if (!moment) return report_usage(moment.error().message);
  auto session = Session::open(globals, Access::read);
  if (!session) return report(globals, session.error());
  const auto steps = steps_of(*session, id, *moment);
  if (!steps) return session->report(steps.error());
  const auto differing = static_cast<std::size_t>(std::count_if(steps->begin(), steps->end(), [](const Step& step) { return !step.proven; }));
  if (globals.json) print_json(*steps);
  else print_table(*steps, differing);
  return differing == 0 ? Exit::ok : Exit::tampered;
}

}  // namespace acta::cli
