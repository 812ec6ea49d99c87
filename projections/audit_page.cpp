// Reading the audit index: lists of rising positions, walked together.

#include <algorithm>
#include <charconv>
#include <limits>

#include "projections/audit.h"
#include "projections/audit_keys.h"
#include "projections/view.h"

namespace acta {
namespace {

using Found = std::optional<std::uint64_t>;

struct Walk {
  std::vector<std::string> lists;
  AuditOrder order = AuditOrder::newest_first;
  std::uint64_t from = 0, to = 0;   // positions wanted: from <= p < to
  Found at;                         // where to go on; nothing: at the end

  bool back() const { return order == AuditOrder::newest_first; }
  bool within(std::uint64_t position) const { return position >= from && position < to; }
  // What comes after a position, as far as it is wanted.
  Found beyond(std::uint64_t position) const {
    if (back() ? position <= from : position + 1 >= to) return std::nullopt;
    return back() ? position - 1 : position + 1;
  }
};

std::vector<std::string> lists_of(const AuditFilter& filter) {
  std::vector<std::string> lists;
  if (filter.person) lists.push_back(audit::person_list(*filter.person));
  if (filter.case_id) lists.push_back(audit::case_list(*filter.case_id));
  if (filter.kind) lists.push_back(audit::kind_list(*filter.kind));
  if (!filter.role.empty()) lists.push_back(audit::role_list(filter.role));
  if (!filter.type.empty()) lists.push_back(audit::type_list(filter.type));
  if (!filter.rule.empty()) lists.push_back(audit::rule_list(filter.rule));
  if (filter.late_days > 0) lists.push_back(audit::late_list);
  if (lists.empty()) lists.push_back(audit::all_list);
  return lists;
}

bool fits(const AuditFilter& filter, const audit::Glance& glance) {
  if (filter.occurred_from && glance.occurred_at < *filter.occurred_from) return false;
  if (filter.occurred_before && glance.occurred_at >= *filter.occurred_before) return false;
  return glance.days_late >= filter.late_days;
}

bool has_to_glance(const AuditFilter& filter) { return filter.occurred_from || filter.occurred_before || filter.late_days > 1; }

Result<Found> position_of_cursor(std::string_view after) {
  if (after.empty()) return Found();
  std::uint64_t position = 0;
  const auto* end = after.data() + after.size();
  const auto read = std::from_chars(after.data(), end, position);
  if (read.ec != std::errc() || read.ptr != end) return error(Code::malformed, "`after` is not a cursor of this list: take it from `next` of the page before");
  return Found(position);
}

class IndexedAudit final : public Audit {
 public:
  IndexedAudit(const ViewReader& reader, const Engine& engine) : reader_(reader), engine_(engine) {}
  Result<AuditPage> page(const AuditFilter& filter, AuditOrder order, std::string_view after, std::size_t limit) const override;

 private:
  Result<Walk> begin(const AuditFilter& filter, AuditOrder order, Found after) const;
  Result<std::uint64_t> first_recorded(Instant at, std::uint64_t size) const;
  Result<Found> nearest(const std::string& list, const Walk& walk) const;
  Result<Found> next_match(Walk& walk) const;
  Result<bool> fits(const AuditFilter& filter, std::uint64_t position) const;

  const ViewReader& reader_;
  const Engine& engine_;
};

// Times of recording never go back: the first entry that was recorded then or later.
Result<std::uint64_t> IndexedAudit::first_recorded(Instant at, std::uint64_t size) const {
  std::uint64_t low = 0, high = size;
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    ACTA_TRY(const auto entry, engine_.ledger().read(Position{middle}));
    if (entry.recorded_at < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

Result<Walk> IndexedAudit::begin(const AuditFilter& filter, AuditOrder order, Found after) const {
  Walk walk;
  walk.lists = lists_of(filter);
  walk.order = order;
  walk.to = engine_.ledger().head().size;
  if (filter.recorded_before) {
    ACTA_TRY(walk.to, first_recorded(*filter.recorded_before, walk.to));
  }
  if (filter.recorded_from) {
    ACTA_TRY(walk.from, first_recorded(*filter.recorded_from, walk.to));
  }
  if (walk.from >= walk.to) return walk;
  if (!after) walk.at = walk.back() ? walk.to - 1 : walk.from;
  else if (walk.back()) walk.at = *after >= walk.to ? Found(walk.to - 1) : walk.beyond(*after);
  else walk.at = *after < walk.from ? Found(walk.from) : walk.beyond(*after);
  return walk;
}

Result<Found> IndexedAudit::nearest(const std::string& list, const Walk& walk) const {
  const auto prefix = list + '\0';
  Found found;
  const auto take = [&](std::string_view key, std::string_view) {
    found = audit::position_in(list, key);
    return false;
  };
  const auto from = audit::key_of(list, *walk.at);
  ACTA_CHECK(walk.back() ? reader_.scan_back(prefix, from, take) : reader_.scan(prefix, from, take));
  return found && walk.within(*found) ? found : Found();
}

// Each list in turn jumps to where the others have come to: until all stand at one position, or one is at its end.
Result<Found> IndexedAudit::next_match(Walk& walk) const {
  std::size_t agreed = 0;
  for (std::size_t i = 0; walk.at && agreed < walk.lists.size(); i = (i + 1) % walk.lists.size()) {
    ACTA_TRY(const auto found, nearest(walk.lists[i], walk));
    agreed = found == walk.at ? agreed + 1 : 1;
    walk.at = found;
  }
  const auto match = walk.at;
  if (match) walk.at = walk.beyond(*match);
  return match;
}

Result<bool> IndexedAudit::fits(const AuditFilter& filter, std::uint64_t position) const {
  if (!has_to_glance(filter)) return true;
  ACTA_TRY(const auto stored, reader_.get(audit::key_of(audit::all_list, position)));
  const auto glance = stored ? audit::decode_glance(*stored) : std::nullopt;
  if (!glance) return error(Code::damaged, "the audit index has lost entry " + std::to_string(position));
  return acta::fits(filter, *glance);
}

Result<AuditPage> IndexedAudit::page(const AuditFilter& filter, AuditOrder order, std::string_view after, std::size_t limit) const {
  ACTA_TRY(const auto cursor, position_of_cursor(after));
  ACTA_TRY(auto walk, begin(filter, order, cursor));
  AuditPage page;
  for (std::size_t looks = 1;; ++looks) {
    ACTA_TRY(const auto match, next_match(walk));
    if (!match) return page;
    ACTA_TRY(const bool wanted, fits(filter, *match));
    if (wanted && page.positions.size() == limit) {
      page.next = std::to_string(page.positions.back().value);
      return page;
    }
    if (wanted) page.positions.push_back(Position{*match});
    if (looks == audit_looks_max) {
      if (walk.at) page.next = std::to_string(*match);
      return page;
    }
  }
}

}  // namespace

std::unique_ptr<Audit> read_audit(const ViewReader& reader, const Engine& engine) { return std::make_unique<IndexedAudit>(reader, engine); }

}  // namespace acta
