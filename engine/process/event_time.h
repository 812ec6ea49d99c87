#pragma once
// When did it happen: what was told, held against the nature of the event and the clock.

#include "engine/process/decide.h"

namespace acta {

struct EventTime {
  Instant occurred_at;
  Precision precision = Precision::instant;
};

// A coarse time becomes the start of its period, UTC. Error: invalid, pointer /occurred_at.
Result<EventTime> event_time(const Command& command, Instant now);

}  // namespace acta
