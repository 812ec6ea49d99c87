#pragma once
// One line per request in the log. It names the route, not the path: a path holds ids of cases and persons, and with them
// the log would be a second record of who looked at what, kept without rules. Nor does it hold a query, a header, a body or
// who asked. The trace id leads from a caller's complaint to the line, and from the line to the entry, which keeps both.

#include <cstdint>
#include <string_view>

namespace acta {

struct AccessLine {
  std::string_view method, route;    // route: as `/v1/cases/{case}`; empty: the request met none
  int status = 0;
  std::uint64_t sent_bytes = 0;
  std::int64_t took_micros = 0;
  std::string_view trace_id;         // empty: it was not read that far
};
void log_access(const AccessLine& line);

}  // namespace acta
