#pragma once
// Files that the program carries with it: `openapi.yaml`, `openapi.json`, and what lies in api/pages.

#include <string_view>

namespace acta {

// Written by the build. Empty when there is no such file.
std::string_view embedded(std::string_view name);

}  // namespace acta
