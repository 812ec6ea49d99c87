#pragma once
// Is this the header of a request, to the letter of RFC 9112? Looked at before any parser that is more forgiving.

#include <optional>
#include <string>
#include <string_view>

namespace acta {

// `header`: request line and fields, up to and with the empty line. What is wrong, or nothing. Host must be there once and
// well formed; Content-Length once, digits alone and never beside Transfer-Encoding, which may only be `chunked`.
std::optional<std::string> framing_fault(std::string_view header);

}  // namespace acta
