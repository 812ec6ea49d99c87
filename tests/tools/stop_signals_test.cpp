#include "tools/acta/stop_signals.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <future>
#include <initializer_list>
#include <thread>

using acta::cli::StopSignals;

TEST_CASE("stop signals: one that came early is not lost, and none ends the process") {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    StopSignals signals;
    ::kill(::getpid(), signal);
    CHECK(signals.wait() == signal);
  }
}

TEST_CASE("stop signals: one that meets a thread which was there before arrives all the same") {
  std::promise<void> over;
  std::thread earlier([&over] { over.get_future().wait(); });
  {
    StopSignals signals;
    ::pthread_kill(earlier.native_handle(), SIGTERM);
    CHECK(signals.wait() == SIGTERM);
  }
  over.set_value();
  earlier.join();
}

TEST_CASE("stop signals: one that was ignored stays ignored") {
  struct sigaction ignored {}, before {};
  ignored.sa_handler = SIG_IGN;
  sigaction(SIGHUP, &ignored, &before);
  {
    StopSignals signals;
    ::raise(SIGHUP);
    ::raise(SIGTERM);
    CHECK(signals.wait() == SIGTERM);
  }
  sigaction(SIGHUP, &before, nullptr);
}

TEST_CASE("stop signals: afterwards each does what it did before") {
  sigset_t before, after;
  struct sigaction acts_before {}, acts_after {};
  pthread_sigmask(SIG_BLOCK, nullptr, &before);
  sigaction(SIGTERM, nullptr, &acts_before);
  { const StopSignals signals; }
  pthread_sigmask(SIG_BLOCK, nullptr, &after);
  sigaction(SIGTERM, nullptr, &acts_after);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) CHECK(sigismember(&before, signal) == sigismember(&after, signal));
  CHECK((acts_before.sa_handler == acts_after.sa_handler));
}
