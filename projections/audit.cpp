// What the audit index and the refusals write.

#include "projections/audit.h"

#include <algorithm>
#include <limits>

#include "projections/audit_keys.h"
#include "projections/view.h"

namespace acta {
namespace {

constexpr std::int64_t day_micros = 86'400'000'000;

Instant start_of_next_month(Date day) {
  day.day = 1;
  if (++day.month > 12) day = {static_cast<std::int16_t>(day.year + 1), 1, 1};
  return start_of(day);
}

Instant end_of_happening(Instant at, Precision precision) {
  const auto day = date_of(at);
  switch (precision) {
    case Precision::day: return Instant{start_of(day).micros + day_micros};
    case Precision::month: return start_of_next_month(day);
    case Precision::year: return start_of(Date{static_cast<std::int16_t>(day.year + 1), 1, 1});
    case Precision::unset:
    case Precision::instant: break;
  }
  return at;
}

std::vector<std::string> lists_of(const Entry& entry) {
  std::vector<std::string> lists = {audit::kind_list(entry.kind), audit::type_list(entry.type)};
  if (entry.actor.person) lists.push_back(audit::person_list(*entry.actor.person));
  if (entry.actor.on_behalf_of) lists.push_back(audit::person_list(*entry.actor.on_behalf_of));
  if (entry.case_id) lists.push_back(audit::case_list(*entry.case_id));
  if (!entry.actor.role.empty()) lists.push_back(audit::role_list(entry.actor.role));
  if (!entry.rule.empty()) lists.push_back(audit::rule_list(entry.rule));
  if (days_late(entry) > 0) lists.push_back(audit::late_list);
  return lists;
}

Result<void> fold(const Engine&, const Entry& entry, ViewWriter& out) {
  out.put(audit::key_of(audit::all_list, entry.position.value), audit::encode({entry.occurred_at, days_late(entry)}));
  for (const auto& list : lists_of(entry)) out.put(audit::key_of(list, entry.position.value), "");
  return {};
}

Result<void> fold_refusal(const Engine& engine, const Entry& entry, ViewWriter& out) {
  if (entry.kind != Kind::refusal) return {};
  return fold(engine, entry, out);
}

}  // namespace

std::uint32_t days_late(const Entry& entry) {
  const auto late = (entry.recorded_at.micros - end_of_happening(entry.occurred_at, entry.precision).micros) / day_micros;
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(late, 0, std::numeric_limits<std::uint32_t>::max()));
}

const View audit_view{"audit", 1, &fold};
const View refusals_view{"refusals", 1, &fold_refusal};

}  // namespace acta
