#pragma once
// One row a case: what lists show.

#include <optional>
#include <string>
#include <vector>

#include "engine/case_state.h"
#include "events/ids.h"
#include "events/time.h"

namespace acta {

struct CaseRow {
  CaseId id;
  std::string reference, process, title, state;   // state = the definition's stage
  Revision revision = 0;
  bool closed = false;
  Instant opened_at, changed_at;                  // recorded_at
};

// What lists show as title: the case data of that name, if the process has it.
std::string title_of(const CaseState& state);

struct CasePage {
  std::vector<CaseRow> rows;                      // ordered by reference
  std::string next;                               // opaque cursor; empty at the end
};

class CaseList {
 public:
  virtual ~CaseList() = default;
  // after: a cursor of an earlier page, or empty. Error: malformed (not a cursor).
  virtual Result<CasePage> page(std::string_view after, std::size_t limit) const = 0;
  virtual Result<std::optional<CaseRow>> by_reference(std::string_view reference) const = 0;
};

}  // namespace acta
