#include "api/access_log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

namespace acta {
namespace {

// The pattern makes the line, so that its time and the message are one JSON object.
std::shared_ptr<spdlog::logger> access_logger() {
  auto logger = std::make_shared<spdlog::logger>("access", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_formatter(std::make_unique<spdlog::pattern_formatter>(R"({"time":"%Y-%m-%dT%H:%M:%S.%fZ","level":"%l","event":"request",%v})",
                                                                    spdlog::pattern_time_type::utc));
  return logger;
}

}  // namespace

void log_access(const AccessLine& line) {
  static const auto logger = access_logger();
  if (!spdlog::default_logger()->should_log(spdlog::level::info)) return;
  const auto text = [](std::string_view value) { return nlohmann::json(value).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace); };
  logger->info(R"("method":{},"path":{},"status":{},"bytes":{},"micros":{})", text(line.method), text(line.path), line.status, line.sent_bytes, line.took_micros);
}

}  // namespace acta
