#pragma once
// What somebody asks the engine to record, and what came of it.

#include <atomic>
#include <functional>
#include <memory>

#include "events/draft.h"
#include "events/envelope.h"

namespace acta {

// As it comes from a screen, the API, an import line or the command line: all of them end here.
struct Submission {
  std::optional<CaseId> case_id;             // absent: opens a case
  std::optional<Revision> expected_revision; // If-Match
  std::optional<Draft> draft;
  std::string actor;                         // handle
  std::string role;
  std::string key;                           // idempotency key, 1 to 64 visible ASCII
  std::string method, path;                  // of the request: part of its digest
  std::optional<Instant> occurred_at;
  std::optional<Precision> precision;
  std::vector<Evidence> evidence;
  std::string reason;
  std::optional<EventId> correlation;
  std::string trace;
  Mark mark = Mark::recorded;                // imported and synthetic carry `source`
  std::optional<Hash> source;
  std::vector<std::string> invented;
};

struct Recorded {
  CaseId case_id;
  Revision revision = 0;                     // of the case after the command's last entry
  Position first;
  std::uint16_t count = 1;
  bool replayed = false;                     // this key had been used for this body: the recorded answer
};

// Commands of one sender whose order counts: after one of them that is not recorded, none is decided.
struct Series {
  std::atomic<bool> ended = false;
};

// A submission ready for the sequencer: sealed, keyed, digested.
struct Command {
  std::optional<CaseId> case_id;
  std::optional<Revision> expected_revision;
  CommandId id;
  Hash body;
  Entry entry;                               // everything but position, revision, recorded_at, occurred_at, definition, facts, effect
  const EventType* type = nullptr;
  std::string role;
  std::optional<Instant> occurred_at;        // as told, its precision in entry.precision; absent: when it is recorded
  std::shared_ptr<Series> series;            // null: it stands alone
  std::optional<CaseId> opens;               // the case it opens, where others of its series already name it
};

}  // namespace acta
