#pragma once
// What systemd is told (sd_notify(3)). Without it every call does nothing.

#include <cstdint>
#include <string>

namespace acta::cli {

// What a server has got done, seen twice.
struct Pulse {
  bool listener_answers = false;          // a task went through the threads of the sockets and those of the workers
  std::int64_t oldest_wait_micros = 0;    // of a command without an answer
  std::uint64_t views_position = 0;       // of all views that do not stand still, together
  std::uint64_t views_behind = 0;
};

// Longer than any disk that works takes to sync.
inline constexpr std::int64_t stuck_after_micros = 30'000'000;

// Whether `now` shows that the server works; else the watchdog is left to end it. A view that stands still is no reason: it
// would stand still again.
bool works(const Pulse& before, const Pulse& now);

class ServiceManager {
 public:
  ServiceManager();                       // asks whether somebody wants to be told
  void ready(const std::string& status) const;
  void stopping() const;
  void alive(const std::string& status) const;
  bool listens() const { return listens_; }
  int look_every_ms() const;              // half of what the watchdog allows, a second at most

 private:
  bool listens_ = false;
  std::uint64_t watchdog_micros_ = 0;     // 0: none
};

}  // namespace acta::cli
