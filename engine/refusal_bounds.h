#pragma once
// Refusals are recorded, but nobody can fill the ledger with them: beyond a number an hour they are counted.

#include <map>

#include "engine/control_events.h"

namespace acta {

inline constexpr std::uint32_t refusals_per_person_max = 10;   // an hour
inline constexpr std::uint32_t refusals_per_ledger_max = 100;  // an hour

// Hours are those of the UTC clock. For one thread.
class RefusalBounds {
 public:
  // A refusal that the ledger holds already.
  void count_recorded(const PersonId& person, Instant at);
  // True: record it. False: it was counted instead.
  bool admit(const PersonId& person, Instant at);
  // What was counted in an hour that is over by `now`; starts the new hour.
  std::optional<Suppression> turn(Instant now);
  // What was counted so far in the hour that still runs.
  std::optional<Suppression> finish();

  static std::int64_t hour_of(Instant at);

 private:
  std::int64_t hour_ = 0;
  std::map<PersonId, std::uint32_t> by_person_;
  std::uint32_t recorded_ = 0;
  Suppression suppressed_;
};

}  // namespace acta
