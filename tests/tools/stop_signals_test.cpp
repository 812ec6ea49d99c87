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
  sigaction(SIGINT, &ignored, &before);
  {
    StopSignals signals;
    ::raise(SIGINT);
    ::raise(SIGTERM);
    CHECK(signals.wait() == SIGTERM);
  }
  sigaction(SIGINT, &before, nullptr);
}

TEST_CASE("stop signals: the one that asks to read files again comes under nohup too, and never ends the process") {
  struct sigaction ignored {}, before {};
  ignored.sa_handler = SIG_IGN;
  sigaction(SIGHUP, &ignored, &before);
  {
    StopSignals signals;
    for (int times = 0; times < 2; ++times) {
      ::raise(SIGHUP);
      CHECK(signals.wait_for(60'000) == SIGHUP);
    }
  }
  sigaction(SIGHUP, &before, nullptr);
  {
    StopSignals signals;
    ::raise(SIGTERM);
    CHECK(signals.wait() == SIGTERM);
    ::raise(SIGHUP);   // while it stops
  }
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
