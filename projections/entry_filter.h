#pragma once
// Which entries a reader of the feed wants.

#include <vector>

#include "engine/engine.h"

namespace acta {

// What an entry is chosen by. Refusals and notices belong to their case's process; entries about the ledger to none.
struct EntryFace {
  std::optional<CaseId> case_id;
  std::string process, type, role;
};
EntryFace face_of(const Engine& engine, const Entry& entry);

struct EntryFilter {
  std::vector<CaseId> cases;
  std::vector<std::string> processes, types, roles;

  // Each list that is not empty names it.
  bool lets_pass(const EntryFace& face) const;
  bool empty() const { return cases.empty() && processes.empty() && types.empty() && roles.empty(); }
  bool operator==(const EntryFilter&) const = default;
};

inline constexpr std::size_t filter_values_max = 32;   // of each list

// Sorts, leaves out repetitions, and sees that what is asked for can exist: a misspelt type would wait for ever.
// Error: invalid, naming the value and what there is instead, with a pointer as /type/0.
Result<EntryFilter> checked(const Engine& engine, EntryFilter filter);

}  // namespace acta
