#pragma once
// The sample: 61 public actions of MIEUX and the invented requests around them, told to an engine event by event.

#include <functional>
#include <string_view>

#include "engine/engine.h"

namespace acta {

struct DemoSummary {
  std::size_t cases = 0;                // opened, with those that never became an action
  std::size_t actions = 0;              // rows of the table
  std::size_t events = 0;               // recorded on these cases
  std::size_t refusals = 0;             // attempts that a control rule stopped, on record too
};

// Called after each step that is on record, on the caller's thread.
using DemoProgress = std::function<void(std::size_t done, std::size_t total)>;

inline constexpr std::uint64_t demo_seed = 2009;

// Two invented founders, demo and simulated.
Founding founding_of_demo(std::uint64_t seed = demo_seed);
// Where the simulated clock of a new sample has to stand: before the first request.
Instant start_of_demo();

// The table that was shipped with this build: the text of data/mieux-actions.csv.
std::string_view shipped_actions();

// Records the sample through Engine::record, in the order of time, setting the clock before each event. `csv` is the
// text of data/mieux-actions.csv; its SHA-256 becomes the `source` of every entry. The same engine seed and the same
// table give the same ledger. Error: invalid, naming the row of the table that cannot be read; else what the engine
// answers, naming case and event type.
Result<DemoSummary> tell_story(Engine& engine, SimulatedClock& clock, std::string_view csv, const DemoProgress& progress);

}  // namespace acta
