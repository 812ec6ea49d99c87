#pragma once
// What the ledger says about one case after some revision, and how an entry changes it. Pure: no clock, no definition,
// no expression. Everything here can be rebuilt from entries alone.

#include <map>

#include "events/envelope.h"

namespace acta {

struct CaseClock {
  ClockState state = ClockState::unset;
  std::optional<Instant> due_at;
  std::optional<std::int64_t> left;
  std::optional<Position> calendar;
  bool operator==(const CaseClock&) const = default;
};

struct CaseState {
  CaseId id;
  Hash definition;
  std::string process, reference;
  std::optional<CaseId> parent;
  Revision revision = 0;                       // 0: no event yet
  std::vector<std::string> configuration;      // complete, sorted
  std::map<std::string, Value> history, data;
  std::map<std::string, CaseClock> clocks;
  Position opened_by, changed_by;              // first and last entry that raised the revision
  Instant opened_at, changed_at;               // recorded_at of those
  Instant effective_at;                        // latest occurred_at so far
  bool operator==(const CaseState&) const = default;
};

// Copies the entry's effect. Entries of kind event raise the revision; notices change clocks and data only; refusals
// change nothing. Error: damaged when revision, case or definition do not continue the state, or when effect.state is
// not the digest of the result.
Result<CaseState> apply(const CaseState& before, const Entry& entry);
// As apply, without comparing the digest: for whoever is about to write it into the entry.
Result<CaseState> apply_unchecked(const CaseState& before, const Entry& entry);

// docs/FORMAT.md "State digest".
Hash state_digest(const CaseState& state);

Bytes encode(const CaseState& state);
Result<CaseState> decode_case_state(ByteView bytes);  // Error: damaged

}  // namespace acta
