// GET /worklist: what waits, for everybody or for one role.

#include <nlohmann/json.hpp>

#include "api/page.h"
#include "api/uri.h"

namespace acta {
namespace {

void add_to(std::string& list, const std::string& item) { list += (list.empty() ? "" : ", ") + item; }

// The steps that call; ways out wait for nobody.
std::string next_in(const Json& steps) {
  std::string labels;
  for (const auto& step : steps)
    if (step["calls"].get<bool>()) add_to(labels, step.value("label", ""));
  return labels;
}

// What these steps lack: opinions of the seats that have not spoken, and evidence to bring.
std::string missing_in(const Json& steps) {
  std::string out;
  for (const auto& step : steps) {
    if (!step["calls"].get<bool>()) continue;
    if (const auto needs = needed(step["needs"]); !needs.empty() && out.find(needs) == std::string::npos) add_to(out, needs);
    if (!step.contains("seats")) continue;
    for (const auto& seat : step["seats"]["silent"]) add_to(out, "opinion of " + seat.value("body", ""));
  }
  return out;
}

Json row_json(const Json& item) {
  return {{"reference", item["reference"]}, {"title", item["title"]}, {"state", item["state"]}, {"days", item["days"]},
          {"since", day_of(item["waits_since"])}, {"next", next_in(item["steps"])}, {"missing", missing_in(item["steps"])}};
}

Json role_json(const std::string& role, std::uint64_t cases, std::string_view chosen) {
  return {{"name", role}, {"shown", spaced(role)}, {"cases", cases}, {"chosen", role == chosen}};
}

// Those something waits for, and the chosen one.
Json roles_json(const Json& cases_by_role, const std::string& chosen) {
  Json out = Json::array();
  for (const auto& role : cases_by_role.items()) out.push_back(role_json(role.key(), role.value(), chosen));
  if (!chosen.empty() && !cases_by_role.contains(chosen)) out.push_back(role_json(chosen, 0, chosen));
  return out;
}

}  // namespace

Result<Response> show_worklist_page(const Call& call) {
  ACTA_CHECK(call.query.only({"role", "after"}));
  const std::string role(call.query.text("role").value_or(""));
  std::multimap<std::string, std::string> query;
  if (!role.empty()) query.emplace("role", role);
  if (const auto after = call.query.text("after")) query.emplace("after", *after);
  ACTA_TRY(const auto list, read_json(call, show_worklist, {.path = {}, .query = query}));
  Json rows = Json::array();
  for (const auto& item : list["items"]) rows.push_back(row_json(item));
  const Json next = list["next"].is_null() ? Json() : Json(with_parameter(call.request.target, "after", percent_encoded(list.value("next", ""))));
  return page_response(200, "Worklist", fill("worklist.html", {{"any", !rows.empty()}, {"items", rows}, {"role", spaced(role)}, {"roles", roles_json(list["cases_by_role"], role)}, {"next", next}}));
}

}  // namespace acta
