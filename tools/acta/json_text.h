#pragma once
// Reading answers without trusting their shape: what is absent or of another kind reads as empty.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/json.h"

namespace acta::cli {

Json parse_answer(std::string_view text);                      // null when it is not JSON
const Json& member(const Json& object, std::string_view name); // null when absent
std::string text_at(const Json& object, std::string_view name);
// For a table cell: text as it is, null as nothing, an amount as "1250.00 EUR", the rest as JSON.
std::string plain(const Json& value);
// Objects taken apart: ("data.title", "Mauritius III"); lists stay together.
std::vector<std::pair<std::string, std::string>> flatten(const Json& object);

}  // namespace acta::cli
