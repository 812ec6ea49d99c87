#include "engine/case_state.h"

#include <algorithm>

#include "events/sha256.h"
#include "events/value.h"

namespace acta {
namespace {

constexpr std::uint8_t clock_type_byte = 7;  // docs/FORMAT.md: after the six types of a Value

Error damaged(const Entry& entry, std::string what) {
  Error failure = error(Code::damaged, "entry " + std::to_string(entry.position.value) + ": " + std::move(what));
  failure.position = entry.position.value;
  return failure;
}

bool strictly_sorted(const std::vector<std::string>& names) {
  return std::adjacent_find(names.begin(), names.end(), std::greater_equal<>()) == names.end();
}

void merge(std::map<std::string, Value>& into, const std::vector<Change>& changes) {
  for (const Change& change : changes) {
    if (change.value) {
      into.insert_or_assign(change.name, *change.value);
    } else {
      into.erase(change.name);
    }
  }
}

void merge(std::map<std::string, CaseClock>& into, const std::vector<ClockChange>& changes) {
  for (const ClockChange& change : changes) {
    into.insert_or_assign(change.name, CaseClock{.state = change.state, .due_at = change.due_at, .left = change.left, .calendar = change.calendar});
  }
}

Result<void> check_same_case(const CaseState& before, const Entry& entry) {
  if (!entry.case_id) return damaged(entry, "belongs to no case");
  if (before.revision == 0) return {};
  if (*entry.case_id != before.id) return damaged(entry, "belongs to another case than " + to_text(before.id));
  if (entry.definition && *entry.definition != before.definition) return damaged(entry, "names another definition than its case");
  return {};
}

Result<void> check_revision(const CaseState& before, const Entry& entry, Revision expected) {
  if (entry.revision == expected) return {};
  return damaged(entry, "its revision does not continue revision " + std::to_string(before.revision) + " of its case");
}

Result<void> check_event(const CaseState& before, const Entry& entry) {
  ACTA_CHECK(check_revision(before, entry, before.revision + 1));
  if (!entry.effect) return damaged(entry, "is an event without an effect");
  if (!strictly_sorted(entry.effect->configuration)) return damaged(entry, "its configuration is not sorted");
  if (before.revision == 0 && !entry.definition) return damaged(entry, "opens a case without a definition");
  return {};
}

void open(CaseState& state, const Entry& entry) {
  state.id = *entry.case_id;
  state.definition = *entry.definition;
  state.process = entry.effect->process;
  state.reference = entry.effect->reference;
  state.parent = entry.effect->parent;
  state.opened_by = entry.position;
  state.opened_at = entry.recorded_at;
  state.effective_at = entry.occurred_at;
}

Result<CaseState> apply_event(const CaseState& before, const Entry& entry) {
  ACTA_CHECK(check_event(before, entry));
  CaseState after = before;
  if (before.revision == 0) open(after, entry);
  after.revision = *entry.revision;
  after.configuration = entry.effect->configuration;
  merge(after.history, entry.effect->history);
  merge(after.data, entry.effect->data);
  merge(after.clocks, entry.effect->clocks);
  after.changed_by = entry.position;
  after.changed_at = entry.recorded_at;
  after.effective_at = std::max(after.effective_at, entry.occurred_at);
  return after;
}

Result<CaseState> apply_notice(const CaseState& before, const Entry& entry) {
  if (before.revision == 0) return damaged(entry, "is a notice about a case that was not opened");
  ACTA_CHECK(check_revision(before, entry, before.revision));
  if (!entry.effect) return before;
  if (!entry.effect->configuration.empty() || !entry.effect->history.empty()) return damaged(entry, "is a notice that changes the configuration");
  CaseState after = before;
  merge(after.data, entry.effect->data);
  merge(after.clocks, entry.effect->clocks);
  return after;
}

template <class Unsigned>
void put_optional(Bytes& out, const std::optional<Unsigned>& value) {
  put_u8(out, value ? 1 : 0);
  if (value) put_be64(out, *value);
}

std::optional<std::uint64_t> micros_of(const std::optional<Instant>& instant) {
  if (!instant) return std::nullopt;
  return static_cast<std::uint64_t>(instant->micros);
}

void put_clock(Bytes& out, const CaseClock& clock) {
  put_u8(out, clock_type_byte);
  put_u8(out, static_cast<std::uint8_t>(clock.state));
  put_optional(out, micros_of(clock.due_at));
  put_optional(out, clock.left ? std::optional(static_cast<std::uint64_t>(*clock.left)) : std::nullopt);
  put_optional(out, clock.calendar ? std::optional(clock.calendar->value) : std::nullopt);
}

Bytes bytes_of_value(const Value& value) {
  Bytes out;
  put_value(out, value);
  return out;
}

Bytes bytes_of_clock(const CaseClock& clock) {
  Bytes out;
  put_clock(out, clock);
  return out;
}

void put_pair(Bytes& out, std::string_view prefix, std::string_view name, const Bytes& value) {
  put_be32(out, static_cast<std::uint32_t>(prefix.size() + name.size()));
  put(out, view(prefix));
  put(out, view(name));
  put_prefixed(out, value);
}

}  // namespace

Result<CaseState> apply_unchecked(const CaseState& before, const Entry& entry) {
  ACTA_CHECK(check_same_case(before, entry));
  switch (entry.kind) {
    case Kind::event: return apply_event(before, entry);
    case Kind::notice: return apply_notice(before, entry);
    case Kind::refusal: return before;
    case Kind::ledger:
    case Kind::unset: break;
  }
  return damaged(entry, "its kind does not act on a case");
}

Result<CaseState> apply(const CaseState& before, const Entry& entry) {
  ACTA_TRY(CaseState after, apply_unchecked(before, entry));
  if (entry.kind == Kind::refusal) return after;
  if (!entry.effect || entry.effect->state != state_digest(after)) return damaged(entry, "its state digest is not that of its case");
  return after;
}

Hash state_digest(const CaseState& state) {
  // Prefixes in byte order, and each map and the configuration sorted: the pairs come out sorted as a whole.
  Bytes pairs;
  const Bytes active = bytes_of_value(flag(true));
  for (const std::string& id : state.configuration) put_pair(pairs, "c/", id, active);
  for (const auto& [name, value] : state.data) put_pair(pairs, "d/", name, bytes_of_value(value));
  for (const auto& [name, value] : state.history) put_pair(pairs, "h/", name, bytes_of_value(value));
  for (const auto& [name, clock] : state.clocks) put_pair(pairs, "k/", name, bytes_of_clock(clock));
  return sha256(pairs);
}

}  // namespace acta
