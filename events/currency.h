#pragma once
// How many digits of an amount are minor units (ISO 4217).

#include <optional>
#include <string_view>

namespace acta {

// Nothing for a code that was no currency in or after 2009, when the first facility of this kind began.
std::optional<int> minor_digits(std::string_view currency);

}  // namespace acta
