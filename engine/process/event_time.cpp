#include "engine/process/event_time.h"

namespace acta {
namespace {

Instant start_of_period(Instant instant, Precision precision) {
  if (precision == Precision::instant || precision == Precision::unset) return instant;
  Date date = date_of(instant);
  if (precision != Precision::day) date.day = 1;
  if (precision == Precision::year) date.month = 1;
  return start_of(date);
}

Error wrong_time(std::string what) {
  Error failure = error(Code::invalid, what);
  failure.fields.push_back({"/occurred_at", std::move(what)});
  return failure;
}

}  // namespace

Result<EventTime> event_time(const Command& command, Instant now) {
  if (!command.occurred_at) return EventTime{now, Precision::instant};
  const bool decided_now = command.type->nature == Nature::act && command.entry.mark == Mark::recorded;
  if (decided_now && *command.occurred_at != now) return wrong_time(command.type->name + " is the recorder's own decision and happens when it is recorded: leave occurred_at out");
  const Precision precision = command.entry.precision == Precision::unset ? Precision::instant : command.entry.precision;
  const Instant told = start_of_period(*command.occurred_at, decided_now ? Precision::instant : precision);
  if (told.micros > now.micros + clock_tolerance_micros) return wrong_time("occurred_at is in the future: it must not be later than " + to_text(now));
  return EventTime{told, decided_now ? Precision::instant : precision};
}

}  // namespace acta
