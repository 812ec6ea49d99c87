#pragma once
// One JSON line per request to stderr: never a query, a header or a body.

#include <cstdint>
#include <string_view>

namespace acta {

struct AccessLine {
  std::string_view method, path;
  int status = 0;
  std::uint64_t sent_bytes = 0;
  std::int64_t took_micros = 0;
};
void log_access(const AccessLine& line);

}  // namespace acta
