#include "api/known_values.h"

#include <algorithm>

namespace acta {
namespace {

std::string listed(const std::set<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out.empty() ? "none" : out;
}

}  // namespace

std::set<std::string> known_roles(const Engine& engine) {
  std::set<std::string> roles;
  for (const auto& definition : engine.definitions())
    for (auto& role : definition->roles()) roles.insert(std::move(role));
  return roles;
}

std::set<std::string> known_processes(const Engine& engine) {
  std::set<std::string> processes;
  for (const auto& definition : engine.definitions()) processes.insert(definition->process());
  return processes;
}

std::set<std::string> known_stages(const Engine& engine) {
  std::set<std::string> stages;
  for (const auto& definition : engine.definitions())
    for (auto& stage : definition->stages()) stages.insert(std::move(stage));
  return stages;
}

std::set<std::string> known_values(const Engine& engine, std::string_view field) {
  std::set<std::string> values;
  for (const auto& type : engine.catalogue().types())
    if (const auto* found = type.table->find(field); found && found->kind == FieldKind::enumeration) values.insert(found->values.begin(), found->values.end());
  return values;
}

Error unknown_value(std::string_view name, std::string_view value, const std::set<std::string>& known) {
  return error(Code::malformed, "query parameter `" + std::string(name) + "`: `" + std::string(value) + "` is not known; known: " + listed(known));
}

Result<std::optional<std::string>> one_of(const Call& call, std::string_view name, const std::set<std::string>& known) {
  const auto given = call.query.text(name);
  if (!given) return std::optional<std::string>();
  if (!known.contains(std::string(*given))) return unknown_value(name, *given, known);
  return std::optional(std::string(*given));
}

}  // namespace acta
