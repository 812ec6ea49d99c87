#pragma once
#include <signal.h>

#include <array>
#include <optional>

namespace acta::cli {

// SIGINT, SIGTERM and SIGHUP as something to wait for, on the main thread. The first two ask for the end; one of them that
// was ignored before stays so: a shell's background job. SIGHUP asks to read files again, under nohup too, and never ends
// the process.
class StopSignals {
 public:
  StopSignals();   // held back from now on
  ~StopSignals();  // as it was before
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  // Which one came. After one that asks for the end a further one does what it did before: it ends the process.
  int wait();
  // As wait(), but gives up after a while: nothing came.
  std::optional<int> wait_for(int timeout_ms);

 private:
  int came(int signal);

  static constexpr std::array<int, 3> all = {SIGINT, SIGTERM, SIGHUP};
  sigset_t awaited_, before_;
  std::array<struct sigaction, all.size()> actions_;
};

}  // namespace acta::cli
