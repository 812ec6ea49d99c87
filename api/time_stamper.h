#pragma once
// Asks a time-stamp server (RFC 3161) to stamp what the ledger signed, and has the receipts recorded. In the background: no
// append waits for it. A server that fails is asked again, more and more seldom.

#include <condition_variable>
#include <mutex>
#include <thread>

#include "engine/anchor/time_stamp.h"
#include "engine/engine.h"

namespace acta {

struct TimeStamperOptions {
  std::string url;
  std::string trusted;                 // file: the authorities that a receipt has to lead to
  std::string policy = {};             // OID that it has to be under; empty: whichever the server has
  std::string ca_file = {};            // for https; empty: whom the system trusts
  int every_ms = 3'600'000;            // at least between two time stamps
  int look_ms = 1'000;                 // between two looks at what is signed
  int timeout_ms = 10'000;
  int pause_max_ms = 300'000;          // of a server that keeps failing; begins with look_ms
  std::int64_t skew_max_micros = 600'000'000;   // between its clock and ours; beyond it one of the two is wrong
};

struct TimeStamperState {
  std::string url;
  std::uint64_t granted = 0, failed = 0;   // since the start
  std::string failure;                     // of the last attempt; empty: it went well, or there was none
};

class TimeStamper {
 public:
  // Error: invalid (no URL that can be asked, no OID, no authorities), not_found (their file).
  static Result<std::unique_ptr<TimeStamper>> start(Engine& engine, TimeStamperOptions options);
  ~TimeStamper();                      // waits for the answer that is under way
  // From here on nobody is asked, and who waits for an answer is told so.
  void stop();
  // Any thread.
  TimeStamperState state() const;
  // Asks at once and waits for what comes of it: the position of the new entry, or nothing where all is covered already.
  // Error: busy (somebody else waits already, or stopping), those of asking and of Engine::record_anchor.
  Result<std::optional<Position>> stamp_now();

 private:
  TimeStamper(Engine& engine, TimeStamperOptions options);
  void run();
  bool due() const;
  Result<std::optional<Position>> attempt(bool wanted);
  Result<Position> stamp(const std::string& note);
  void take(const Result<std::optional<Position>>& outcome);

  Engine& engine_;
  const TimeStamperOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable woken_;
  bool stopping_ = false, wanted_ = false;
  std::optional<Result<std::optional<Position>>> outcome_;   // of what was wanted
  TimeStamperState state_;
  std::int64_t next_micros_ = 0;       // by the steady clock; not before
  int pause_ms_ = 0;
  std::thread thread_;
};

// Whether they could work. Error: as TimeStamper::start.
Result<void> check_time_stamping(const TimeStamperOptions& options);
// One request outside the server's own: whether it would get time stamps so. Records nothing. Error: as stamp_now.
Result<TimeStamp> try_time_stamp(const TimeStamperOptions& options, Instant now);

}  // namespace acta
