#pragma once
// What the funder counts in one case. It rests on the stages the case has been in, the words its definition shows in
// lists, and on no event type (docs/adr/0007-what-the-funder-counts.md). Pure.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "events/ids.h"
#include "events/time.h"

namespace acta {

// In the order in which a case reaches them.
enum class Milestone : std::uint8_t { received, acknowledged, admissible, approved, launched, completed, evaluated, closed };
inline constexpr std::size_t milestones_count = 8;

// How a request stands today. One of them, whatever it has been through.
enum class Standing : std::uint8_t { pending, approved, terminated, inadmissible, rejected, withdrawn, lapsed };

struct CaseFacts {
  CaseId id;
  std::string reference, process, title, theme, region, state;
  std::vector<std::string> countries;
  std::array<std::optional<Instant>, milestones_count> reached;  // when it happened; only what still stands
  Standing standing = Standing::pending;
  Instant standing_since;                                        // when that happened
  bool has_opened = false;
};

// The case entered this stage at that time, or stayed in it. A milestone beyond the stage is taken back: a request that
// is examined again is not admissible yet, an action that was reopened is not closed.
void enter_stage(CaseFacts& facts, const std::string& stage, Instant occurred_at);
// Is this the process whose stages mean something here?
bool is_counted(std::string_view process);
bool knows_stage(std::string_view stage);

struct Measure {
  std::string_view name, title, meaning;
  // When the case came to count; nothing: it does not.
  std::optional<Instant> (*at)(const CaseFacts& facts);
};
const std::vector<Measure>& measures();
const Measure* find_measure(std::string_view name);

struct Wait {
  std::string_view name, title, meaning;
  Milestone from;
  std::string_view to;                                           // the measure by which it ended
};
const std::vector<Wait>& waits();
const Wait* find_wait(std::string_view name);

struct Waited {
  std::int64_t days = 0;                                         // calendar days, UTC; below 0 where dates contradict each other
  Instant ended;
};
std::optional<Waited> waited(const Wait& wait, const CaseFacts& facts);

// Nearest rank: the smallest value that at least `percent` of all do not exceed. `sorted` is not empty.
std::int64_t percentile(const std::vector<std::int64_t>& sorted, int percent);

std::int64_t day_number(Instant instant);                        // days since 1970-01-01, UTC

}  // namespace acta
