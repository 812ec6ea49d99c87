#include "api/access_log.h"

#include <algorithm>
#include <array>

#include "events/log.h"

namespace acta {
namespace {

constexpr std::array<std::string_view, 8> methods = {"GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH", "-"};

// What a client makes up does not get into the log.
std::string_view known(std::string_view method) {
  return std::find(methods.begin(), methods.end(), method) == methods.end() ? std::string_view("other") : method;
}

}  // namespace

void log_access(const AccessLine& line) {
  spdlog::info("request method={} route=\"{}\" status={} bytes={} micros={} trace_id=\"{}\"", known(line.method), line.route.empty() ? "none" : line.route, line.status, line.sent_bytes,
               line.took_micros, line.trace_id);
}

}  // namespace acta
