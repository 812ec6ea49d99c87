#pragma once
// The log: one JSON object a line on standard error, an event and its values.

#include <cstdint>
#include <string>
#include <string_view>

namespace acta::cli {

enum class LogLevel : std::uint8_t { info, warning };

// What spdlog's default logger gets from now on, from `least` upwards. Call before other threads log.
void log_to_stderr(LogLevel least);

// `stopped size=12 reason="disk full"` as `"event":"stopped","size":"12","reason":"disk full"`; a message of another shape
// is the event as a whole.
std::string log_members(std::string_view message);

}  // namespace acta::cli
