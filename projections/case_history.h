#pragma once
// What happened to a case, in the order it happened; what was told late is marked.

#include <vector>

#include "events/envelope.h"

namespace acta {

struct HistoryRow {
  Position position;
  Kind kind = Kind::event;
  Revision revision = 0;
  Instant occurred_at, recorded_at;
  std::string stage_after;      // the stage the case was in after it
  bool late = false;            // something that happened later had been recorded before
};

class CaseHistory {
 public:
  virtual ~CaseHistory() = default;
  // Ordered by (occurred_at, position). Refusals only on request.
  virtual Result<std::vector<HistoryRow>> of(const CaseId& id, bool refusals) const = 0;
};

}  // namespace acta
