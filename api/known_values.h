#pragma once
// Query parameters that name something the ledger knows: an unknown name is told, with the known ones.

#include <set>

#include "api/resource.h"

namespace acta {

std::set<std::string> known_roles(const Engine& engine);
std::set<std::string> known_processes(const Engine& engine);
std::set<std::string> known_stages(const Engine& engine);
// The values of enumerations of that name in any event, as theme.
std::set<std::string> known_values(const Engine& engine, std::string_view field);

// The parameter, when it is given. Error: malformed, naming the known values.
Result<std::optional<std::string>> one_of(const Call& call, std::string_view name, const std::set<std::string>& known);
Error unknown_value(std::string_view name, std::string_view value, const std::set<std::string>& known);

}  // namespace acta
