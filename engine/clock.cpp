#include "engine/clock.h"

#include <time.h>

namespace acta {
namespace {

std::int64_t micros_of(clockid_t which) {
  timespec now{};
  clock_gettime(which, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1'000;
}

}  // namespace

Instant WallClock::now() const { return Instant{micros_of(CLOCK_REALTIME)}; }

// Boot time and not monotonic time: it goes on while a machine sleeps, so that a nap is no jump of the wall clock.
std::int64_t WallClock::steady_micros() const { return micros_of(CLOCK_BOOTTIME); }

}  // namespace acta
