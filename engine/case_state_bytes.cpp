// The stored form of a case state: a version byte, then the members in the order below. Only this ledger's own store
// reads it, and it can be rebuilt from entries, so it is no part of docs/FORMAT.md.

#include <algorithm>

#include "engine/case_state.h"
#include "events/value.h"

namespace acta {
namespace {

constexpr std::uint8_t encoding_version = 1;

void put_instant(Bytes& out, Instant instant) { put_be64(out, static_cast<std::uint64_t>(instant.micros)); }

void put_text(Bytes& out, std::string_view text) { put_prefixed(out, view(text)); }

void put_count(Bytes& out, std::size_t count) { put_be32(out, static_cast<std::uint32_t>(count)); }

void put_values(Bytes& out, const std::map<std::string, Value>& values) {
  put_count(out, values.size());
  for (const auto& [name, value] : values) {
    put_text(out, name);
    Bytes encoded;
    put_value(encoded, value);
    put_prefixed(out, encoded);
  }
}

void put_present(Bytes& out, bool present, std::uint64_t value) {
  put_u8(out, present ? 1 : 0);
  put_be64(out, value);
}

void put_clocks(Bytes& out, const std::map<std::string, CaseClock>& clocks) {
  put_count(out, clocks.size());
  for (const auto& [name, clock] : clocks) {
    put_text(out, name);
    put_u8(out, static_cast<std::uint8_t>(clock.state));
    put_present(out, clock.due_at.has_value(), static_cast<std::uint64_t>(clock.due_at.value_or(Instant{}).micros));
    put_present(out, clock.left.has_value(), static_cast<std::uint64_t>(clock.left.value_or(0)));
    put_present(out, clock.calendar.has_value(), clock.calendar.value_or(Position{}).value);
  }
}

template <std::size_t size>
void take_array(ByteReader& in, std::array<std::uint8_t, size>& into) {
  const ByteView taken = in.take(size);
  if (taken.size() == size) std::copy(taken.begin(), taken.end(), into.begin());
}

Instant take_instant(ByteReader& in) { return Instant{static_cast<std::int64_t>(in.be64())}; }

std::string take_text(ByteReader& in) { return std::string(text_view(in.prefixed())); }

std::optional<std::uint64_t> take_present(ByteReader& in) {
  const bool present = in.u8() == 1;
  const std::uint64_t value = in.be64();
  return present ? std::optional(value) : std::nullopt;
}

Result<std::map<std::string, Value>> take_values(ByteReader& in) {
  std::map<std::string, Value> values;
  for (std::uint32_t left = in.be32(); left > 0 && in.ok(); --left) {
    std::string name = take_text(in);
    ACTA_TRY(Value value, read_value(in.prefixed()));
    values.emplace(std::move(name), std::move(value));
  }
  return values;
}

CaseClock take_clock(ByteReader& in) {
  CaseClock clock{.state = static_cast<ClockState>(in.u8()), .due_at = {}, .left = {}, .calendar = {}};
  if (const auto due = take_present(in)) clock.due_at = Instant{static_cast<std::int64_t>(*due)};
  if (const auto left = take_present(in)) clock.left = static_cast<std::int64_t>(*left);
  if (const auto calendar = take_present(in)) clock.calendar = Position{*calendar};
  return clock;
}

std::map<std::string, CaseClock> take_clocks(ByteReader& in) {
  std::map<std::string, CaseClock> clocks;
  for (std::uint32_t left = in.be32(); left > 0 && in.ok(); --left) {
    std::string name = take_text(in);
    clocks.emplace(std::move(name), take_clock(in));
  }
  return clocks;
}

std::vector<std::string> take_names(ByteReader& in) {
  std::vector<std::string> names;
  for (std::uint32_t left = in.be32(); left > 0 && in.ok(); --left) names.push_back(take_text(in));
  return names;
}

Error damaged_state() { return error(Code::damaged, "a stored case state cannot be read: `acta verify` compares states with a replay"); }

}  // namespace

Bytes encode(const CaseState& state) {
  Bytes out;
  put_u8(out, encoding_version);
  put(out, view(state.id));
  put(out, view(state.definition));
  put_text(out, state.process);
  put_text(out, state.reference);
  put_u8(out, state.parent ? 1 : 0);
  put(out, view(state.parent.value_or(CaseId{})));
  put_be32(out, state.revision);
  put_count(out, state.configuration.size());
  for (const std::string& id : state.configuration) put_text(out, id);
  put_values(out, state.history);
  put_values(out, state.data);
  put_clocks(out, state.clocks);
  put_be64(out, state.opened_by.value);
  put_be64(out, state.changed_by.value);
  put_instant(out, state.opened_at);
  put_instant(out, state.changed_at);
  put_instant(out, state.effective_at);
  return out;
}

Result<CaseState> decode_case_state(ByteView bytes) {
  ByteReader in(bytes);
  if (in.u8() != encoding_version) return damaged_state();
  CaseState state;
  take_array(in, state.id.bytes);
  take_array(in, state.definition.bytes);
  state.process = take_text(in);
  state.reference = take_text(in);
  const bool has_parent = in.u8() == 1;
  CaseId parent;
  take_array(in, parent.bytes);
  if (has_parent) state.parent = parent;
  state.revision = in.be32();
  state.configuration = take_names(in);
  ACTA_TRY(state.history, take_values(in));
  ACTA_TRY(state.data, take_values(in));
  state.clocks = take_clocks(in);
  state.opened_by = Position{in.be64()};
  state.changed_by = Position{in.be64()};
  state.opened_at = take_instant(in);
  state.changed_at = take_instant(in);
  state.effective_at = take_instant(in);
  if (!in.done()) return damaged_state();
  return state;
}

}  // namespace acta
