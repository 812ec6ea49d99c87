#pragma once
// Links: text inside them, and those made from the request's own target, so that a next page keeps every filter.

#include <string>
#include <string_view>

namespace acta {

// All but the unreserved characters as %XX (RFC 3986 2.1, 2.3).
std::string percent_encoded(std::string_view text);
// The target with this query parameter set, in place of one it had. `value` needs no escaping: a cursor or a number.
std::string with_parameter(std::string_view target, std::string_view name, std::string_view value);

}  // namespace acta
