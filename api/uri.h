#pragma once
// Links made from the request's own target, so that a next page keeps every filter.

#include <string>
#include <string_view>

namespace acta {

// The target with this query parameter set, in place of one it had. `value` needs no escaping: a cursor or a number.
std::string with_parameter(std::string_view target, std::string_view name, std::string_view value);

}  // namespace acta
