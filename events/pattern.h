#pragma once
// Regular expressions (ECMAScript) that schemas hold their texts against.

#include <string>

namespace acta {

bool is_pattern(const std::string& text);
// The whole of `text`. An expression too complex for the library matches nothing: such a text cannot be vouched for.
// Any thread.
bool matches(const std::string& pattern, const std::string& text);

}  // namespace acta
