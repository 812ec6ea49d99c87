#pragma once
// What waits for a role, or for a person in it, oldest first.

#include <map>
#include <memory>

#include "engine/process/next_steps.h"

namespace acta {

class Engine;

struct Since {
  Instant occurred_at, recorded_at;        // of the event that made it wait
  auto operator<=>(const Since&) const = default;
};

struct LastEvent {
  std::string type, role;
  std::optional<PersonId> person;
  Position position;
  Instant occurred_at, recorded_at;
};

struct WaitingStep {
  NextStep step;
  Since since;
  std::vector<Barred> barred;
};

struct WorkRow {
  CaseState state;
  std::string title, stage;
  Since since;                             // the oldest of the steps that call
  LastEvent last;
  std::vector<WaitingStep> steps;          // those that the worker may take
};

struct WorkFilter {
  Worker worker;
  std::optional<std::string> process, stage;
};

struct WorkPage {
  std::vector<WorkRow> rows;               // oldest first
  std::string next;                        // opaque cursor; empty at the end
};

class Worklist {
 public:
  virtual ~Worklist() = default;
  // Open cases with a step that calls this worker. Error: malformed (not a cursor).
  virtual Result<WorkPage> page(const WorkFilter& filter, std::string_view after, std::size_t limit) const = 0;
  // Cases that wait for each role, whoever has it.
  virtual Result<std::map<std::string, std::size_t>> by_role() const = 0;
};

}  // namespace acta
