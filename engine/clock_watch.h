#pragma once
// Whether the wall clock can be trusted. A jump stops writes until a person has looked at it.

#include <mutex>

#include "engine/clock.h"

namespace acta {

inline constexpr std::int64_t clock_jump_max_micros = 10'000'000;                    // against the steady clock, or backwards at start
inline constexpr std::int64_t clock_gap_max_micros = 400ll * 24 * 3'600 * 1'000'000; // forwards at start

class ClockWatch {
 public:
  // `newest` is the ledger's last recorded_at; nothing when it is not to be compared (an empty ledger, or one that has
  // just left its simulated clock).
  ClockWatch(const Clock& clock, std::optional<Instant> newest);

  // Error: clock. A jump once seen is remembered until confirm(). Any thread.
  Result<void> check();
  void confirm();

 private:
  const Clock& clock_;
  std::mutex mutex_;
  Instant wall_;
  std::int64_t steady_;
  std::optional<std::string> stopped_;
};

}  // namespace acta
