#pragma once
// Time comes in through here, so that a test can stop it and the sample can tell fifteen years in a second.

#include <atomic>
#include <cstdint>

#include "events/time.h"

namespace acta {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;                // wall time, UTC
  virtual std::int64_t steady_micros() const = 0; // never set back
};

class WallClock final : public Clock {
 public:
  Instant now() const override;
  std::int64_t steady_micros() const override;
};

// Stands still until it is set. Any thread.
class SimulatedClock final : public Clock {
 public:
  explicit SimulatedClock(Instant start) : micros_(start.micros) {}
  Instant now() const override { return Instant{micros_.load()}; }
  std::int64_t steady_micros() const override { return micros_.load(); }
  void set(Instant instant) { micros_ = instant.micros; }

 private:
  std::atomic<std::int64_t> micros_;
};

}  // namespace acta
