#pragma once
// May this event happen now, and what does it change? Pure: a function of the ledger so far, the command and the time.

#include "engine/case_state.h"
#include "engine/command.h"
#include "engine/process/definition.h"

namespace acta {

inline constexpr std::int64_t clock_tolerance_micros = 5'000'000;

struct Situation {
  Instant now;                                      // recorded_at of the entry to come
  Position position;                                // its position
  const std::map<std::string, Value>* registers = nullptr;
};

struct Decision {
  Instant occurred_at;
  Precision precision = Precision::instant;
  std::vector<Fact> facts;
  Effect effect;                                    // without the state digest
};

// `state` is null for an opening event. Checked in the order of docs/PROCESSES.md "Order of checks". Error codes: denied, conflict
// (with `allowed`), invalid, stale, and refused (rule and conflicting position set): only the last is recorded.
Result<Decision> decide(const Definition& definition, const CaseState* state, const Command& command, const Situation& situation);

struct AllowedAction {
  std::string type;
  std::vector<std::string> roles;                   // who may; roles and case.<person> as the definition says
  std::vector<std::string> needs;                   // evidence categories; alternatives joined by |
  std::vector<std::string> reasons;                 // codes; `*` when any code will do
  bool allowed = true;                              // for this person in this role
  std::string blocked_by;                           // rule, when not
  std::string why;
};
// What the case accepts in its present configuration, in document order.
std::vector<AllowedAction> allowed_actions(const Definition& definition, const CaseState& state, const PersonId& person, std::string_view role, const Situation& situation);

}  // namespace acta
