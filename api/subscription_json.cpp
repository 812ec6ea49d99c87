#include "api/subscription_json.h"

#include <nlohmann/json.hpp>

namespace acta {
namespace {

Error wrong(const std::string& pointer, const std::string& detail) {
  auto failure = error(Code::invalid, "the filter is wrong at " + pointer + ": " + detail);
  failure.fields.push_back({pointer, detail});
  return failure;
}

Result<std::vector<std::string>> texts_of(const Json& list, const std::string& pointer) {
  if (!list.is_array()) return wrong(pointer, "a list of texts");
  std::vector<std::string> out;
  for (const auto& item : list) {
    if (!item.is_string()) return wrong(pointer + "/" + std::to_string(out.size()), "a text");
    out.push_back(item.get<std::string>());
  }
  return out;
}

Result<void> read_list(const Call& call, const std::string& name, const std::vector<std::string>& values, EntryFilter& filter) {
  if (name == "process") filter.processes = values;
  else if (name == "type") filter.types = values;
  else if (name == "role") filter.roles = values;
  else if (name != "case") return wrong("/filter" + pointer_step(name), "not known here: case, process, type, role");
  if (name != "case") return {};
  for (const auto& value : values) {
    ACTA_TRY(const auto id, find_case(call, value));
    filter.cases.push_back(id);
  }
  return {};
}

}  // namespace

Result<Subscription> own_subscription(const Call& call, std::string_view name) {
  if (call.server.subscriptions == nullptr) return error(Code::unsupported, "no subscriptions are kept here");
  ACTA_TRY(auto found, call.server.subscriptions->find(name));
  if (call.server.engine->keys().find_person(call.actor) != found.owner) return error(Code::denied, "the subscription `" + found.name + "` is somebody else's");
  return found;
}

Json filter_json(const EntryFilter& filter) {
  Json out = Json::object();
  for (const auto& id : filter.cases) out["case"].push_back(to_text(id));
  if (!filter.processes.empty()) out["process"] = filter.processes;
  if (!filter.types.empty()) out["type"] = filter.types;
  if (!filter.roles.empty()) out["role"] = filter.roles;
  return out;
}

Result<EntryFilter> read_filter(const Call& call, const Json& body) {
  EntryFilter filter;
  if (!body.is_object()) return wrong("/filter", "an object");
  for (const auto& [name, list] : body.items()) {
    ACTA_TRY(const auto values, texts_of(list, "/filter" + pointer_step(name)));
    ACTA_CHECK(read_list(call, name, values, filter));
  }
  return checked(call.engine(), std::move(filter));
}

}  // namespace acta
