// GET /v1/cases/{case}/actions and the schemas that events point to.

#include <nlohmann/json.hpp>

#include "api/resource.h"
#include "events/json_schema.h"

namespace acta {
namespace {

Json action_json(const Engine& engine, const AllowedAction& action) {
  Json out = {{"type", action.type}, {"allowed", action.allowed}, {"roles", action.roles}, {"needs", action.needs}, {"reasons", action.reasons}};
  if (const auto* type = engine.catalogue().find(action.type)) {
    out["label"] = type->label;
    out["nature"] = type->nature == Nature::act ? "act" : "fact";
    out["form"] = schema_of(*type, SchemaFor::input);
  }
  if (!action.allowed) out["blocked_by"] = action.blocked_by;
  if (!action.allowed) out["why"] = action.why;
  return out;
}

// Somebody whose handle was never used is nobody yet: no person of the ledger.
PersonId person_of(const Call& call) { return call.server.engine->keys().find_person(call.actor).value_or(PersonId{}); }

Result<CaseState> present_state(const Call& call) {
  ACTA_TRY(const auto id, find_case(call, call.segment(0)));
  ACTA_TRY(auto state, call.engine().ledger().state(id));
  if (!state) return error(Code::not_found, "no case " + to_text(id));
  return *std::move(state);
}

Result<Hash> parse_hash(std::string_view text) {
  ACTA_TRY(const auto bytes, from_hex(text));
  Hash hash;
  if (bytes.size() != hash.bytes.size()) return error(Code::malformed, "64 hex digits are wanted");
  std::copy(bytes.begin(), bytes.end(), hash.bytes.begin());
  return hash;
}

}  // namespace

Result<Response> show_actions(const Call& call) {
  ACTA_CHECK(call.query.only({"min_position"}));
  ACTA_TRY(const auto state, present_state(call));
  const auto definition = call.engine().definition(state.definition);
  if (!definition) return error(Code::damaged, "the definition of case " + to_text(state.id) + " is not in the ledger");
  const Situation situation{call.engine().clock().now(), Position{call.engine().ledger().head().size}, nullptr};
  Json items = Json::array();
  for (const auto& action : allowed_actions(*definition, state, person_of(call), call.role, situation))
    items.push_back(action_json(call.engine(), action));
  auto response = json_response(200, {{"case", to_text(state.id)}, {"revision", state.revision}, {"items", std::move(items)}});
  response.headers.emplace_back("ETag", etag_of(state.revision));
  return response;
}

Result<Response> show_schema(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  const auto digest = parse_hash(call.segment(0));
  const auto* type = digest ? call.engine().catalogue().find(call.segment(1), *digest) : nullptr;
  if (!type) return error(Code::not_found, "no such schema in this ledger");
  auto schema = schema_of(*type, SchemaFor::reading);
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  auto response = text_response("application/schema+json", schema.dump());
  response.headers.emplace_back("Cache-Control", "max-age=31536000, immutable");
  return response;
}

}  // namespace acta
