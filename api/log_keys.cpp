// /v1/ledger/keys: which key signs checkpoints at which size. Anybody may read it; a change is for the command line on this
// machine, by somebody to whom the ledger grants a role.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/resource.h"

namespace acta {
namespace {

Json key_json(const LogKey& one, bool current) {
  Json out = {{"id", hex_id(one.key)}, {"key", to_vkey(one.key)}, {"state", one.counts ? "revoked" : current ? "current" : "retired"}};
  out["named_at"] = one.named_at.value;
  out["from_size"] = one.named_at.value + 1;
  if (one.succeeded_at) out["to_size"] = one.succeeded_at->value;
  if (one.counts) out["revoked"] = {{"position", one.revoked_at->value}, {"counts", *one.counts}};
  return out;
}

Json prepared_json(const PreparedKey& one) {
  if (!one.key) return {{"id", one.id}, {"state", "unusable"}, {"why", one.why}};
  return {{"id", one.id}, {"key", to_vkey(*one.key)}, {"state", "prepared"}};
}

Json keys_json(const Engine& engine) {
  const LogKeys keys = engine.log_keys();
  Json items = Json::array();
  for (const LogKey& one : keys.all()) items.push_back(key_json(one, &one == &keys.current()));
  for (const PreparedKey& one : engine.prepared_log_keys()) items.push_back(prepared_json(one));
  return {{"items", std::move(items)}};
}

// The body, an object with no other members than these.
Result<Json> body_of(const Call& call, std::initializer_list<std::string_view> members) {
  ACTA_CHECK(call.query.only({}));
  if (!is_local(call)) return error(Code::denied, "only the command line on this machine may change log keys: Acta-Token is missing or wrong");
  if (!has_media_type(call.request, "application/json")) return error(Code::malformed, "the body is application/json");
  ACTA_TRY(Json body, parse_json(call.request.body));
  if (!body.is_object()) return error(Code::invalid, "the body is an object");
  for (const auto& item : body.items())
    if (std::find(members.begin(), members.end(), item.key()) == members.end()) return error(Code::invalid, "the body has no member `" + item.key() + "`");
  return body;
}

Result<std::string> text_in(const Json& body, const char* name) {
  const auto found = body.find(name);
  if (found == body.end()) return std::string();
  if (!found->is_string()) return error(Code::invalid, std::string("`") + name + "` is a text");
  return found->get<std::string>();
}

Response changed(const Call& call, const LogKeys& keys) {
  auto response = json_response(201, keys_json(call.engine()));
  response.headers.emplace_back("Acta-Position", std::to_string(keys.current().named_at.value));
  return response;
}

}  // namespace

Result<Response> list_log_keys(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  return json_response(200, keys_json(call.engine()));
}

Result<Response> prepare_log_key(const Call& call) {
  ACTA_TRY(const Json body, body_of(call, {}));
  ACTA_TRY(const PublicKey key, call.server.engine->prepare_log_key({.actor = call.actor, .role = call.role}));
  return json_response(201, prepared_json({.id = hex_id(key), .key = key, .why = {}}));
}

Result<Response> rotate_log_key(const Call& call) {
  ACTA_TRY(const Json body, body_of(call, {"to"}));
  ACTA_TRY(const std::string to, text_in(body, "to"));
  ACTA_TRY(const LogKeys keys, call.server.engine->rotate_log_key({.actor = call.actor, .role = call.role}, to));
  return changed(call, keys);
}

Result<Response> revoke_log_key(const Call& call) {
  ACTA_TRY(const Json body, body_of(call, {"key", "counts", "reason"}));
  Revocation revocation;
  ACTA_TRY(revocation.key, text_in(body, "key"));
  ACTA_TRY(revocation.reason, text_in(body, "reason"));
  const auto counts = body.find("counts");
  if (counts != body.end() && !counts->is_number_unsigned()) return error(Code::invalid, "`counts` is a number of entries");
  if (counts != body.end()) revocation.counts = counts->get<std::uint64_t>();
  ACTA_TRY(const LogKeys keys, call.server.engine->revoke_log_key({.actor = call.actor, .role = call.role}, revocation));
  return changed(call, keys);
}

}  // namespace acta
