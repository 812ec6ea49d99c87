// GET /cases/{case}: one case, what may happen to it, and what did.

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "api/page.h"

namespace acta {
namespace {

// Of what people wrote nothing is changed.
std::string shown(const Json& value) {
  const auto text = readable(value);
  const auto of_code = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  return std::all_of(text.begin(), text.end(), of_code) ? spaced(text) : text;
}

Json data_rows(const Json& data) {
  Json out = Json::array();
  for (const auto& member : data.items()) out.push_back({{"name", spaced(member.key())}, {"value", shown(member.value())}});
  return out;
}

Json roles_json(const Json& actions, std::string_view chosen) {
  std::set<std::string> names;
  for (const auto& action : actions)
    for (const auto& role : action["roles"]) names.insert(role.get<std::string>());
  Json out = Json::array();
  for (const auto& name : names) out.push_back({{"name", name}, {"shown", spaced(name)}, {"chosen", name == chosen}});
  return out;
}

Json action_row(const Json& action) {
  return {{"label", action.value("label", action.value("type", ""))}, {"allowed", action["allowed"]}, {"needs", needed(action["needs"])},
          {"blocked_by", action.value("blocked_by", "") == "by" ? "role" : action.value("blocked_by", "")}, {"why", spaced(action.value("why", ""))}};
}

std::string happened(const Json& event) { return event["timeprecision"] == "instant" ? minute_of(event["time"]) : day_of(event["time"]); }

std::string evidence_text(const Json& evidence) {
  std::string out;
  for (const auto& item : evidence) out += (out.empty() ? "" : ", ") + item.value("category", "");
  return spaced(out);
}

// org.acta.<area>.<Type>.v1 -> <Type>
std::string short_type(const std::string& type) {
  const auto end = type.rfind('.');
  const auto begin = type.rfind('.', end - 1) + 1;
  return type.substr(begin, end - begin);
}

// Never what is in `personal`.
Json history_row(const Json& item) {
  const auto& event = item["event"];
  return {{"happened", happened(event)}, {"recorded", minute_of(event["recordedtime"])}, {"late", item["late"]}, {"what", short_type(event["type"])},
          {"role", spaced(event.value("actorrole", ""))}, {"evidence", evidence_text(item["evidence"])}, {"state", item["state"]}, {"rule", item["rule"]}};
}

Json rows_of(const Json& items, Json (*row)(const Json&)) {
  Json out = Json::array();
  for (const auto& item : items) out.push_back(row(item));
  return out;
}

}  // namespace

Result<Response> show_case_page(const Call& call) {
  ACTA_CHECK(call.query.only({"role"}));
  const std::string role(call.query.text("role").value_or(""));
  const std::vector<std::string> path = {call.segment(0)};
  ACTA_TRY(const auto found, read_json(call, show_case, {.path = path}));
  ACTA_TRY(const auto actions, read_json(call, show_actions, {.path = path, .query = {}, .role = role}));
  ACTA_TRY(const auto history, read_json(call, show_history, {.path = path, .query = {{"refusals", "true"}}}));
  return page_response(200, found.value("reference", "") + " " + found.value("title", ""), fill("case.html", {{"reference", found["reference"]}, {"title", found["title"]}, {"state", found["state"]},
                       {"revision", found["revision"]}, {"opened", day_of(found["opened_at"])}, {"changed", minute_of(found["changed_at"])}, {"data", data_rows(found["data"])},
                       {"role", spaced(role)}, {"roles", roles_json(actions["items"], role)}, {"actions", rows_of(actions["items"], action_row)}, {"history", rows_of(history["items"], history_row)}}));
}

}  // namespace acta
