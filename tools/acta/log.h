#pragma once
// The log: one line an event on standard error, its name and its values, as JSON or as text.

#include <cstdint>
#include <string>
#include <string_view>

namespace acta::cli {

struct LogOptions {
  std::string level = "warning";   // debug, info, warning, error: the least that is logged
  std::string format = "json";     // or text
};
// Where spdlog's default logger writes from now on. Call before other threads log.
void log_to_stderr(const LogOptions& options);
// Changes the level alone.
void set_log_level(const std::string& level);

// `stopped size=12 reason="disk full"` as `"event":"stopped","size":12,"reason":"disk full"`: digits without quotes are a
// number. A message of another shape is the event as a whole.
std::string log_members(std::string_view message);

}  // namespace acta::cli
