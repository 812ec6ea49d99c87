#include "tools/acta/service_manager.h"

#include <systemd/sd-daemon.h>

#include <algorithm>
#include <cstdlib>

namespace acta::cli {
namespace {

constexpr std::uint64_t look_every_ms_max = 1'000;

void tell(const std::string& lines) { ::sd_notify(0, lines.c_str()); }

}  // namespace

bool works(const Pulse& before, const Pulse& now) {
  const bool views_work = now.views_behind == 0 || before.views_behind == 0 || now.views_position != before.views_position;
  return now.listener_answers && now.oldest_wait_micros < stuck_after_micros && views_work;
}

ServiceManager::ServiceManager() {
  listens_ = std::getenv("NOTIFY_SOCKET") != nullptr;
  if (::sd_watchdog_enabled(0, &watchdog_micros_) <= 0) watchdog_micros_ = 0;
}

void ServiceManager::ready(const std::string& status) const { tell("READY=1\nSTATUS=" + status); }
void ServiceManager::stopping() const { tell("STOPPING=1\nSTATUS=Ending feeds, signing"); }
void ServiceManager::alive(const std::string& status) const { tell("WATCHDOG=1\nSTATUS=" + status); }

int ServiceManager::look_every_ms() const {
  const std::uint64_t half = watchdog_micros_ == 0 ? look_every_ms_max : std::max<std::uint64_t>(1, watchdog_micros_ / 2'000);
  return static_cast<int>(std::min(half, look_every_ms_max));
}

}  // namespace acta::cli
