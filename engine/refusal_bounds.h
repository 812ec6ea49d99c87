#pragma once
// Refusals are recorded, but nobody can fill the ledger with them: beyond a number an hour they are counted.

#include <map>

#include "engine/control_events.h"

namespace acta {

inline constexpr std::uint32_t refusals_per_person_max = 10;   // an hour
inline constexpr std::uint32_t refusals_per_ledger_max = 100;  // an hour

// A start looks for the hour's refusals among so many of the newest entries, so that it takes no longer after an import of a
// million. Those further back are forgotten: one refusal recorded too many is better than one lost, and since it takes so
// many other entries to forget them, nobody can fill the ledger with refusals by it.
inline constexpr std::uint64_t refusal_look_back_max = 10'000;

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
