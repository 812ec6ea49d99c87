#include "tools/demo/story.h"

namespace acta::sample {
namespace {

constexpr std::int64_t minute = 60'000'000, hour = 60 * minute, day_micros = 24 * hour;

// 1970-01-01 was a Thursday.
bool is_weekend(std::int64_t day_number) { return (day_number + 4) % 7 == 6 || (day_number + 4) % 7 == 0; }

}  // namespace

Date working_day(Date day) {
  std::int64_t number = start_of(day).micros / day_micros;
  while (is_weekend(number)) ++number;
  return date_of(Instant{number * day_micros});
}

Date plus_days(Date day, std::int64_t days) { return date_of(Instant{start_of(day).micros + days * day_micros}); }

std::int64_t days_between(Date from, Date to) { return (start_of(to).micros - start_of(from).micros) / day_micros; }

void Story::add(Date day, Step step) {
  step.at = Instant{start_of(working_day(day)).micros + dice_.between(8 * 60, 16 * 60) * minute};
  if (!steps_.empty()) step.at.micros = std::max(step.at.micros, steps_.back().at.micros + dice_.between(5, 50) * minute);
  steps_.push_back(std::move(step));
}

Step refused(Step step, const Attempt& attempt) {
  step.actor = attempt.actor;
  step.role = attempt.role;
  step.refused_by = attempt.rule;
  return step;
}

std::vector<std::string> invented_in(const Step& step) {
  std::vector<std::string> invented{"actor"};
  for (const auto& [member, value] : step.data.items()) {
    if (!step.from_source.contains(member)) invented.push_back("data/" + member);
  }
  if (!step.evidence.empty()) invented.push_back("evidence");
  if (!step.told || !step.told->by_source) invented.push_back("occurred_at");
  if (!step.reason.empty()) invented.push_back("reason");
  return invented;
}

}  // namespace acta::sample
