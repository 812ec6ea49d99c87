#include "engine/clock_watch.h"

#include <cstdlib>

namespace acta {
namespace {

std::string seconds(std::int64_t micros) { return std::to_string(micros / 1'000'000) + " s"; }

std::optional<std::string> gap_at_start(Instant now, std::optional<Instant> newest) {
  if (!newest) return std::nullopt;
  const std::int64_t ahead = now.micros - newest->micros;
  if (ahead < -clock_jump_max_micros) return "the wall clock is " + seconds(-ahead) + " behind the newest entry";
  if (ahead > clock_gap_max_micros) return "the wall clock is " + seconds(ahead) + " ahead of the newest entry";
  return std::nullopt;
}

}  // namespace

ClockWatch::ClockWatch(const Clock& clock, std::optional<Instant> newest)
    : clock_(clock), wall_(clock.now()), steady_(clock.steady_micros()), stopped_(gap_at_start(wall_, newest)) {}

Result<void> ClockWatch::check() {
  const std::lock_guard lock(mutex_);
  const Instant wall = clock_.now();
  const std::int64_t steady = clock_.steady_micros();
  const std::int64_t drift = (wall.micros - wall_.micros) - (steady - steady_);
  if (!stopped_ && std::abs(drift) > clock_jump_max_micros) stopped_ = "the wall clock jumped by " + seconds(drift);
  wall_ = wall;
  steady_ = steady;
  if (!stopped_) return {};
  return error(Code::clock, *stopped_ + ": nothing is recorded until somebody has looked at it and runs `acta clock confirm`");
}

void ClockWatch::confirm() {
  const std::lock_guard lock(mutex_);
  wall_ = clock_.now();
  steady_ = clock_.steady_micros();
  stopped_.reset();
}

}  // namespace acta
