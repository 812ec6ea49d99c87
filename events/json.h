#pragma once
// Strict JSON from outside (RFC 8259, I-JSON): duplicate members, trailing text, bad UTF-8, lone surrogates, NUL,
// numbers that do not fit, and depth over 64 are refused.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "events/result.h"

namespace acta {

using Json = nlohmann::json;

inline constexpr int json_depth_max = 64;

// Error: malformed; the message says what and at which byte, `fields` has a pointer where one is known.
Result<Json> parse_json(std::string_view text);

// One step of a JSON pointer (RFC 6901 section 4): "/" and the name, its ~ and / escaped.
std::string pointer_step(std::string_view name);

}  // namespace acta
