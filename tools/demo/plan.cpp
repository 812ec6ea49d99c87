#include "tools/demo/plan.h"

#include <algorithm>
#include <cctype>

namespace acta::sample {
namespace {

// Who asks, as a part of handles.
std::string place_of(const ActionRow& row) {
  std::string place = row.countries.empty() ? row.regional_bodies.front() : row.countries.front();
  std::transform(place.begin(), place.end(), place.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return place;
}

}  // namespace

Plan::Plan(const ActionRow& about, Date first) : row(about), dice(about.title), cast(cast_of(dice, place_of(about))), story(about.title, dice), day(working_day(first)) {}

Date Plan::later(std::int64_t days_min, std::int64_t days_max) { return day = working_day(plus_days(day, dice.between(days_min, days_max))); }

Date Plan::until(Date when) { return day = std::max(day, working_day(when)); }

}  // namespace acta::sample
