#pragma once
// The header of a request, to the letter of RFC 9112: what is not exactly that is refused, so that nobody in front of us
// can have read it otherwise. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "api/http.h"
#include "api/problem.h"

namespace acta {

struct RequestLimits {
  std::size_t header_bytes_max = 16 * 1024;
  std::size_t fields_max = 100;
  std::size_t body_bytes_max = 1024 * 1024;
};

// Why the bytes are no request. The connection ends with it.
struct Broken {
  Fault fault = Fault::framing;
  std::string detail;
};

struct RequestHead {
  Request request;                          // still without its body
  std::optional<std::uint64_t> length;      // Content-Length
  bool chunked = false;                     // with neither there is no body
  bool http_1_1 = true;                     // else 1.0, which knows no chunks
  bool keep_alive = true;
  bool expects_continue = false;            // waits for 100 before it sends its body
};

// `header`: request line and fields, up to and with the empty line. Broken: a Host that is not there once and well formed;
// a Content-Length that is not digits alone, or beside Transfer-Encoding, which may only be `chunked`; a field that may
// stand once and stands twice. Other fields given twice are joined. The authority of an absolute target replaces Host
// (RFC 9112 3.2.2). Left out: fields that would look like variables of a gateway, and those that speak of the connection.
std::variant<RequestHead, Broken> parse_head(std::string_view header, const RequestLimits& limits = {});

Broken body_too_large(const RequestLimits& limits);
// What parse_head says is wrong with a line `name: value`, of a header or a trailer.
std::optional<Broken> field_line_fault(std::string_view line);

}  // namespace acta
