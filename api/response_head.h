#pragma once
// The bytes in front of an answer's body, and around its pieces (RFC 9112).

#include <string>

#include "api/http.h"

namespace acta {

struct Framing {
  bool keep_alive = false;
  bool chunks = false;       // long answers in chunks; else they end with the connection
};
// Status line and headers, with Date, Content-Length or Transfer-Encoding, and the empty line.
std::string response_head(const Response& response, const Framing& framing);
// RFC 9112 7.1.
std::string chunk_of(std::string_view bytes);
inline constexpr std::string_view last_chunk = "0\r\n\r\n";

}  // namespace acta
