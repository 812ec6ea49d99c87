#include <array>

#include "events/envelope.h"

namespace acta {
namespace {

constexpr std::array<std::string_view, 5> kinds = {"unset", "event", "refusal", "notice", "ledger"};
constexpr std::array<std::string_view, 4> marks = {"unset", "recorded", "imported", "synthetic"};
constexpr std::array<std::string_view, 5> precisions = {"unset", "instant", "day", "month", "year"};
constexpr std::array<std::string_view, 6> proofs = {"unset", "engine", "claimed", "session", "api_key", "mutual_tls"};
constexpr std::array<std::string_view, 6> clock_states = {"unset", "running", "paused", "met", "breached", "voided"};

}  // namespace

std::string_view name_of(Kind kind) { return kinds.at(static_cast<std::size_t>(kind)); }
std::string_view name_of(Mark mark) { return marks.at(static_cast<std::size_t>(mark)); }
std::string_view name_of(Precision precision) { return precisions.at(static_cast<std::size_t>(precision)); }
std::string_view name_of(Proof proof) { return proofs.at(static_cast<std::size_t>(proof)); }
std::string_view name_of(ClockState state) { return clock_states.at(static_cast<std::size_t>(state)); }

std::optional<Precision> parse_precision(std::string_view name) {
  for (std::size_t i = 1; i < precisions.size(); ++i)
    if (precisions[i] == name) return static_cast<Precision>(i);
  return std::nullopt;
}

}  // namespace acta
