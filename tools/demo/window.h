#pragma once
// When an action ran: as the table has it, else invented.

#include <optional>

#include "tools/demo/action_row.h"
#include "tools/demo/story.h"

namespace acta::sample {

struct When {
  Date day;                    // a working day on which it is recorded
  Told told;                   // told.day: first day of the month or year, where the source gives no more
};

struct Window {
  When start;
  std::optional<When> end;     // none: as far as the source knows, it still runs or rests
};

Window window_of(const ActionRow& row, Dice& dice);

}  // namespace acta::sample
