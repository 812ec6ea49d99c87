#include "projections/entry_filter.h"

#include <algorithm>
#include <set>

namespace acta {
namespace {

constexpr std::size_t role_length_max = 64;

template <class Item>
bool names(const std::vector<Item>& wanted, const Item& item) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), item) != wanted.end();
}

using Names = std::set<std::string>;

Names processes_of(const Engine& engine) {
  Names out;
  for (const auto& definition : engine.definitions()) out.insert(definition->process());
  return out;
}

Names types_of(const Engine& engine) {
  Names out;
  for (const auto& type : engine.catalogue().types()) out.insert(type.name);
  return out;
}

std::string joined(const Names& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

Error wrong(std::string_view list, std::size_t index, const std::string& detail, const std::string& more = {}) {
  auto failure = error(Code::invalid, "the filter's " + std::string(list) + ": " + detail + more);
  failure.fields.push_back({"/" + std::string(list) + "/" + std::to_string(index), detail});
  return failure;
}

Result<void> check_known(std::string_view list, const std::vector<std::string>& values, const Names& known) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (known.count(values[i]) == 0) return wrong(list, i, "there is no such " + std::string(list), "; there are " + joined(known));
  return {};
}

bool is_role(std::string_view text) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; };
  return !text.empty() && text.size() <= role_length_max && std::all_of(text.begin(), text.end(), allowed);
}

Result<void> check_roles(const std::vector<std::string>& roles) {
  for (std::size_t i = 0; i < roles.size(); ++i)
    if (!is_role(roles[i])) return wrong("role", i, "a role is 1 to 64 letters, digits, _ and -");
  return {};
}

template <class Item>
Result<void> tidy(std::string_view list, std::vector<Item>& values) {
  if (values.size() > filter_values_max) return wrong(list, filter_values_max, "at most " + std::to_string(filter_values_max) + " values");
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return {};
}

}  // namespace

EntryFace face_of(const Engine& engine, const Entry& entry) {
  const auto definition = entry.definition ? engine.definition(*entry.definition) : nullptr;
  return {entry.case_id, definition ? definition->process() : std::string(), entry.type, entry.actor.role};
}

bool EntryFilter::lets_pass(const EntryFace& face) const {
  return names(types, face.type) && names(processes, face.process) && names(roles, face.role) && (cases.empty() || (face.case_id && names(cases, *face.case_id)));
}

Result<EntryFilter> checked(const Engine& engine, EntryFilter filter) {
  ACTA_CHECK(check_known("process", filter.processes, processes_of(engine)));
  ACTA_CHECK(check_known("type", filter.types, types_of(engine)));
  ACTA_CHECK(check_roles(filter.roles));
  ACTA_CHECK(tidy("case", filter.cases));
  ACTA_CHECK(tidy("process", filter.processes));
  ACTA_CHECK(tidy("type", filter.types));
  ACTA_CHECK(tidy("role", filter.roles));
  return filter;
}

}  // namespace acta
