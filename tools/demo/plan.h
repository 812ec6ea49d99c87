#pragma once
// One case of the sample while it is planned: who acts, what is thrown for it, how far it has come.

#include "tools/demo/acts.h"

namespace acta::sample {

struct Plan {
  // Its first step will be planned on or after `first`.
  Plan(const ActionRow& about, Date first);

  // Goes on to a working day, so many days after the newest step; gives it.
  Date later(std::int64_t days_min, std::int64_t days_max);
  // Goes on to the working day at or after `day`, never back; gives it.
  Date until(Date when);
  void add(Step step) { story.add(day, std::move(step)); }

  ActionRow row;
  Dice dice;
  Cast cast;
  Story story;
  Fiche fiche = {};            // the version that was drafted last
  Date day;                    // of the newest step
};

}  // namespace acta::sample
