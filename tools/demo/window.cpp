#include "tools/demo/window.h"

#include <algorithm>

namespace acta::sample {
namespace {

constexpr Date last_end = {2024, 3, 18};       // the facility ended that month
constexpr std::int64_t month_days = 30;

// When actions without any date began: those of the first pages, and those of the last.
constexpr Date first_phase = {2010, 2, 1}, last_phase = {2021, 10, 4};
constexpr std::int64_t first_phase_days = 800, last_phase_days = 390;
bool is_of_first_phase(const ActionRow& row) { return row.ref.starts_with("i-"); }

// Days into a period told by month or by year; a year's end is known late in it.
enum class Side : std::uint8_t { start, end };
std::int64_t days_into(const ToldMonth& told, Side side, Dice& dice) {
  if (told.month != 0) return dice.between(4, 24);
  return side == Side::start ? dice.between(30, 150) : dice.between(270, 340);
}

When when_of(const ToldMonth& told, Side side, Dice& dice) {
  const bool by_month = told.month != 0;
  const Date first{told.year, by_month ? told.month : std::uint8_t{1}, 1};
  return {.day = working_day(plus_days(first, days_into(told, side, dice))), .told = {.day = first, .precision = by_month ? Precision::month : Precision::year, .by_source = true}};
}

When invented(Date day) {
  const Date at = working_day(day);
  return {.day = at, .told = {.day = at}};
}

When start_of_action(const ActionRow& row, Dice& dice) {
  if (row.start) return when_of(*row.start, Side::start, dice);
  if (row.end) return invented(plus_days(when_of(*row.end, Side::end, dice).told.day, -dice.between(14, 24) * month_days));
  if (is_of_first_phase(row)) return invented(plus_days(first_phase, dice.between(0, first_phase_days)));
  return invented(plus_days(last_phase, dice.between(0, last_phase_days)));
}

bool has_ended(const ActionRow& row) { return row.ending == Ending::completed || row.ending == Ending::first_phase_only; }

}  // namespace

Window window_of(const ActionRow& row, Dice& dice) {
  Window window{.start = start_of_action(row, dice), .end = {}};
  if (!has_ended(row)) return window;
  if (row.end) window.end = when_of(*row.end, Side::end, dice);
  if (!row.end) window.end = invented(std::min(plus_days(window.start.told.day, dice.between(12, 30) * month_days), last_end));
  return window;
}

}  // namespace acta::sample
