#pragma once
// Who did what, and what was refused: an index over the ledger by person, role, type, case, kind and rule. It holds
// positions alone; what stands there is read from the ledger.

#include <optional>
#include <string>
#include <vector>

#include "events/envelope.h"

namespace acta {

struct AuditFilter {  // of what is given, all must fit
  std::optional<PersonId> person = {};                    // who recorded it, or for whom it was recorded
  std::optional<CaseId> case_id = {};
  std::optional<Kind> kind = {};
  std::string role = {}, type = {}, rule = {};
  std::optional<Instant> recorded_from = {}, recorded_before = {};
  std::optional<Instant> occurred_from = {}, occurred_before = {};
  std::uint32_t late_days = 0;                          // recorded at least so many days after it happened; 0: any
};

enum class AuditOrder : std::uint8_t { newest_first, oldest_first };

struct AuditPage {
  std::vector<Position> positions;
  std::string next;                                     // opaque cursor; empty at the end
};

// Whole days between what happened and its recording. What is known by day, month or year happened at its end.
std::uint32_t days_late(const Entry& entry);

class Audit {
 public:
  virtual ~Audit() = default;
  // Steps from match to match of the rarest of the lists that are named; periods of recording cut the walk, periods of
  // happening and days late are looked at match by match. After `audit_looks_max` matches that did not fit, a page ends
  // early with a cursor. A cursor stays good for ever: nothing is ever put between entries. Error: malformed (no cursor).
  virtual Result<AuditPage> page(const AuditFilter& filter, AuditOrder order, std::string_view after, std::size_t limit) const = 0;
};

inline constexpr std::size_t audit_looks_max = 50'000;

}  // namespace acta
