#include "engine/refusal_bounds.h"

#include <utility>

namespace acta {
namespace {

constexpr std::int64_t hour_micros = 3'600ll * 1'000'000;

}  // namespace

std::int64_t RefusalBounds::hour_of(Instant at) { return at.micros / hour_micros; }

void RefusalBounds::count_recorded(const PersonId& person, Instant at) {
  hour_ = hour_of(at);
  ++by_person_[person];
  ++recorded_;
}

bool RefusalBounds::admit(const PersonId& person, Instant at) {
  const auto found = by_person_.find(person);
  const std::uint32_t of_person = found == by_person_.end() ? 0 : found->second;
  if (of_person < refusals_per_person_max && recorded_ < refusals_per_ledger_max) {
    count_recorded(person, at);
    return true;
  }
  if (suppressed_.count++ == 0) suppressed_.since = at;
  suppressed_.until = at;
  return false;
}

std::optional<Suppression> RefusalBounds::turn(Instant now) {
  if (hour_of(now) == hour_) return std::nullopt;
  hour_ = hour_of(now);
  by_person_.clear();
  recorded_ = 0;
  return finish();
}

std::optional<Suppression> RefusalBounds::finish() {
  const Suppression counted = std::exchange(suppressed_, Suppression{});
  return counted.count == 0 ? std::nullopt : std::optional(counted);
}

}  // namespace acta
