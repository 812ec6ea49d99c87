#pragma once
// The table of public actions, read as it is: what a cell does not say stays absent.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/time.h"

namespace acta::sample {

struct ToldMonth {
  std::int16_t year = 0;
  std::uint8_t month = 0;                    // 0: the source gives the year alone
};

enum class Ending : std::uint8_t { completed, first_phase_only, on_hold, open };

struct ActionRow {
  // Of an invented request `ref` is empty.
  std::string ref, title, region, theme, authority, status, url;
  std::vector<std::string> countries;        // ISO 3166-1 alpha-2
  std::vector<std::string> regional_bodies;  // what follows REGIONAL-
  std::vector<std::string> areas;
  std::vector<std::string> expert_origins;   // countries alone
  std::optional<ToldMonth> start, end;
  std::optional<int> activities;
  Ending ending = Ending::open;              // as `status` has it; what is not stated counts as open
};

// Error: invalid, with the line of the table.
Result<std::vector<ActionRow>> read_actions(std::string_view csv);

}  // namespace acta::sample
