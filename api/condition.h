#pragma once
// Whether the server does its work, each part by what it got done: a thread that says it runs proves nothing.

#include <vector>

#include "api/router.h"
#include "events/json.h"

namespace acta {

struct Condition {
  std::string name;                  // as `disk`
  std::string what;                  // one sentence
  std::optional<Code> wrong = {};    // what a request that needs it would meet
};

// How long something may lag before the server says that it is not ready.
inline constexpr std::int64_t command_wait_max_micros = 10'000'000, view_lag_max_micros = 60'000'000, exposure_max_micros = 60'000'000;

// The ledger, the disk, the clock, the signatures, witnesses where there are some, then each view. That a witness fails is
// told, and is no reason to send requests elsewhere.
std::vector<Condition> conditions(const RouterOptions& server);
// What was committed beyond the newest checkpoint that enough witnesses cosigned; signed_size is its size.
Engine::Exposure unwitnessed(const Engine& engine);
// Age of the oldest entry that a view at `position` has not seen; 0: there is none.
std::int64_t view_lag_micros(const Engine& engine, std::uint64_t position);
Json conditions_json(const std::vector<Condition>& conditions);

}  // namespace acta
