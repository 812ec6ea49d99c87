// GET /v1/worklist: what waits for a role, or for a person in it.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/known_values.h"
#include "api/resource.h"
#include "api/uri.h"
#include "projections/measures.h"
#include "projections/worklist.h"

namespace acta {
namespace {

Json seats_json(const std::vector<Seat>& seats) {
  Json out = Json::array();
  for (const auto& seat : seats) out.push_back({{"body", seat.body}, {"person", to_text(seat.person)}});
  return out;
}

Json barred_json(const std::vector<Barred>& barred) {
  Json out = Json::array();
  for (const auto& [person, rule] : barred) out.push_back({{"person", to_text(person)}, {"rule", rule}});
  return out;
}

Json persons_json(const std::vector<PersonId>& persons) {
  Json out = Json::array();
  for (const auto& person : persons) out.push_back(to_text(person));
  return out;
}

std::string label_of(const Engine& engine, std::string_view event) {
  const auto* type = engine.catalogue().find(event);
  return type ? type->label : std::string(event);
}

Json step_json(const Engine& engine, const WaitingStep& waiting) {
  const auto& step = waiting.step;
  Json out = {{"type", step.event}, {"label", label_of(engine, step.event)}, {"calls", step.calls}, {"way_out", step.ends}, {"roles", step.roles},
              {"persons", persons_json(step.persons)}, {"needs", step.needs}, {"reasons", step.reasons},
              {"since", to_text(waiting.since.occurred_at)}, {"barred", barred_json(waiting.barred)}};
  if (!step.seats.empty()) out["seats"] = {{"list", step.seats}, {"silent", seats_json(step.silent)}};
  if (!step.held_up.empty()) out["held_up"] = step.held_up;
  return out;
}

Json last_json(const Engine& engine, const LastEvent& last) {
  return {{"type", last.type}, {"label", label_of(engine, last.type)}, {"role", last.role}, {"person", last.person ? Json(to_text(*last.person)) : Json()},
          {"position", last.position.value}, {"occurred_at", to_text(last.occurred_at)}, {"recorded_at", to_text(last.recorded_at)}};
}

Json row_json(const Engine& engine, const WorkRow& row, Instant now) {
  Json steps = Json::array();
  for (const auto& waiting : row.steps) steps.push_back(step_json(engine, waiting));
  return {{"case", to_text(row.state.id)}, {"reference", row.state.reference}, {"process", row.state.process}, {"title", row.title}, {"state", row.stage},
          {"revision", row.state.revision}, {"waits_since", to_text(row.since.occurred_at)}, {"waits_since_recorded", to_text(row.since.recorded_at)},
          {"days", std::max<std::int64_t>(0, day_number(now) - day_number(row.since.occurred_at))}, {"last", last_json(engine, row.last)}, {"steps", std::move(steps)}};
}

// A handle or a person's id. Somebody the ledger has not met is barred from nothing and represents nobody.
PersonId person_named(const Engine& engine, std::string_view name) {
  if (const auto id = parse_uuid(name)) return PersonId{*id};
  return engine.keys().find_person(name).value_or(PersonId{});
}

Result<WorkFilter> filter_of(const Call& call) {
  WorkFilter filter;
  ACTA_TRY(filter.worker.role, one_of(call, "role", known_roles(call.engine())));
  ACTA_TRY(filter.process, one_of(call, "process", known_processes(call.engine())));
  ACTA_TRY(filter.stage, one_of(call, "state", known_stages(call.engine())));
  if (const auto person = call.query.text("person")) filter.worker.person = person_named(call.engine(), *person);
  return filter;
}

}  // namespace

Result<Response> show_worklist(const Call& call) {
  ACTA_CHECK(call.query.only({"role", "person", "process", "state", "limit", "after", "min_position"}));
  ACTA_TRY(const auto filter, filter_of(call));
  ACTA_TRY(const auto limit, call.query.page_limit());
  ACTA_CHECK(wait_for_view(call, worklist_view));
  const auto position = call.server.views->position(worklist_view);
  const auto& worklist = call.server.views->worklist();
  ACTA_TRY(const auto page, worklist.page(filter, call.query.text("after").value_or(""), limit));
  ACTA_TRY(const auto by_role, worklist.by_role());
  Json items = Json::array(), roles = Json::object();
  for (const auto& row : page.rows) items.push_back(row_json(call.engine(), row, call.engine().clock().now()));
  for (const auto& [role, cases] : by_role) roles[role] = cases;
  auto response = json_response(200, {{"items", std::move(items)}, {"next", page.next.empty() ? Json() : Json(page.next)}, {"cases_by_role", std::move(roles)}});
  response.headers.emplace_back("Acta-Position", std::to_string(position));
  if (!page.next.empty()) response.headers.emplace_back("Link", "<" + with_parameter(call.request.target, "after", page.next) + ">; rel=\"next\"");
  return response;
}

}  // namespace acta
