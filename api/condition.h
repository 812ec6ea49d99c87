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
// How far somebody is behind the ledger who has seen everything before `next`: a view, a follower, a subscription.
struct Lag {
  std::uint64_t entries = 0;
  std::int64_t micros = 0;             // age of the oldest one not seen
};
Lag lag_of(const Engine& engine, Position next);
// Of the live feed that is furthest behind; none without feeds.
Lag feed_lag(const RouterOptions& server);
// What was committed beyond the newest checkpoint that enough witnesses cosigned; signed_size is its size.
Engine::Exposure unwitnessed(const Engine& engine);
Json conditions_json(const std::vector<Condition>& conditions);

}  // namespace acta
