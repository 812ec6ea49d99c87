#include "tools/acta/stop_signals.h"

#include <unistd.h>

namespace acta::cli {
namespace {

// A thread that was there before does not hold the signal back, so the kernel may pick it: it passes the signal on to the
// main thread, whose number is that of the process.
void pass_on(int signal) { ::tgkill(::getpid(), ::getpid(), signal); }

}  // namespace

StopSignals::StopSignals() {
  sigemptyset(&awaited_);
  for (std::size_t i = 0; i < all.size(); ++i) {
    sigaction(all[i], nullptr, &actions_[i]);
    if (actions_[i].sa_handler != SIG_IGN || all[i] == SIGHUP) sigaddset(&awaited_, all[i]);
  }
  pthread_sigmask(SIG_BLOCK, &awaited_, &before_);
  struct sigaction passing {};
  passing.sa_handler = pass_on;
  passing.sa_flags = SA_RESTART;
  for (const int signal : all)
    if (sigismember(&awaited_, signal)) sigaction(signal, &passing, nullptr);
}

// One more SIGHUP that came while the process was stopping must not end it now.
StopSignals::~StopSignals() {
  sigset_t hangup;
  sigemptyset(&hangup);
  sigaddset(&hangup, SIGHUP);
  const timespec at_once{};
  while (sigtimedwait(&hangup, nullptr, &at_once) > 0) {
  }
  for (std::size_t i = 0; i < all.size(); ++i) sigaction(all[i], &actions_[i], nullptr);
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

int StopSignals::came(int signal) {
  if (signal == SIGHUP) return signal;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i] != SIGHUP) sigaction(all[i], &actions_[i], nullptr);
  sigset_t held = before_;
  sigaddset(&held, SIGHUP);
  pthread_sigmask(SIG_SETMASK, &held, nullptr);
  return signal;
}

int StopSignals::wait() {
  int signal = 0;
  while (sigwait(&awaited_, &signal) != 0) {
  }
  return came(signal);
}

std::optional<int> StopSignals::wait_for(int timeout_ms) {
  const timespec time{.tv_sec = timeout_ms / 1'000, .tv_nsec = timeout_ms % 1'000 * 1'000'000l};
  const int signal = sigtimedwait(&awaited_, nullptr, &time);
  if (signal < 0) return std::nullopt;
  return came(signal);
}

}  // namespace acta::cli
