#include "projections/measures.h"

#include <algorithm>

namespace acta {
namespace {

constexpr std::string_view counted_process = "action";
constexpr std::int64_t day_micros = 86'400'000'000;

// What a stage says of a case: the furthest milestone that stands in it (none: whatever stood before), and its outcome.
struct StageMeaning {
  std::string_view stage;
  std::optional<Milestone> furthest;
  Standing standing;
};

constexpr StageMeaning meanings[] = {
    {"received", Milestone::received, Standing::pending},
    {"acknowledged", Milestone::acknowledged, Standing::pending},
    {"waiting for partner", Milestone::acknowledged, Standing::pending},
    {"admissible", Milestone::admissible, Standing::pending},
    {"in consultation", Milestone::admissible, Standing::pending},
    {"fiche in preparation", Milestone::admissible, Standing::pending},
    {"fiche submitted", Milestone::admissible, Standing::pending},
    {"under decision", Milestone::admissible, Standing::pending},
    {"approved", Milestone::approved, Standing::approved},
    {"implementing", Milestone::launched, Standing::approved},
    {"suspended", Milestone::launched, Standing::approved},
    {"completed", Milestone::completed, Standing::approved},
    {"evaluated", Milestone::evaluated, Standing::approved},
    {"closed", Milestone::closed, Standing::approved},
    {"inadmissible", Milestone::acknowledged, Standing::inadmissible},
    {"rejected", Milestone::admissible, Standing::rejected},
    {"under review", std::nullopt, Standing::pending},
    {"withdrawn", std::nullopt, Standing::withdrawn},
    {"lapsed", std::nullopt, Standing::lapsed},
    {"terminated", std::nullopt, Standing::terminated},
};

const StageMeaning* meaning_of(std::string_view stage) {
  const auto found = std::find_if(std::begin(meanings), std::end(meanings), [&](const StageMeaning& meaning) { return meaning.stage == stage; });
  return found == std::end(meanings) ? nullptr : found;
}

std::size_t index_of(Milestone milestone) { return static_cast<std::size_t>(milestone); }

template <Milestone milestone>
std::optional<Instant> reached(const CaseFacts& facts) {
  return facts.reached[index_of(milestone)];
}

template <Standing standing>
std::optional<Instant> stands(const CaseFacts& facts) {
  return facts.standing == standing ? std::optional(facts.standing_since) : std::nullopt;
}

bool is_action(const CaseFacts& facts) { return facts.standing == Standing::approved || facts.standing == Standing::terminated; }

// Of an action: a request that was taken back after its approval is none.
template <Milestone milestone>
std::optional<Instant> done(const CaseFacts& facts) {
  return is_action(facts) ? reached<milestone>(facts) : std::nullopt;
}

std::optional<Instant> refused(const CaseFacts& facts) {
  const bool either = facts.standing == Standing::inadmissible || facts.standing == Standing::rejected;
  return either ? std::optional(facts.standing_since) : std::nullopt;
}

std::optional<Instant> pending(const CaseFacts& facts) {
  return facts.standing == Standing::pending ? reached<Milestone::received>(facts) : std::nullopt;
}

std::optional<Instant> converted(const CaseFacts& facts) {
  return is_action(facts) ? reached<Milestone::received>(facts) : std::nullopt;
}

}  // namespace

void enter_stage(CaseFacts& facts, const std::string& stage, Instant occurred_at) {
  if (!facts.has_opened) {
    facts.reached[index_of(Milestone::received)] = occurred_at;
    facts.standing_since = occurred_at;
    facts.has_opened = true;
  }
  if (facts.state == stage) return;
  facts.state = stage;
  const StageMeaning* meaning = meaning_of(stage);
  if (meaning == nullptr) return;
  if (meaning->furthest) {
    const auto furthest = index_of(*meaning->furthest);
    if (!facts.reached[furthest]) facts.reached[furthest] = occurred_at;
    for (auto beyond = furthest + 1; beyond < milestones_count; ++beyond) facts.reached[beyond].reset();
  }
  if (facts.standing != meaning->standing) facts.standing_since = occurred_at;
  facts.standing = meaning->standing;
}

bool is_counted(std::string_view process) { return process == counted_process; }
bool knows_stage(std::string_view stage) { return meaning_of(stage) != nullptr; }

const std::vector<Measure>& measures() {
  static const std::vector<Measure> all = {
      {"received", "received", "requests received; counted on the day of receipt", reached<Milestone::received>},
      {"acknowledged", "acknowledged", "requests whose receipt was confirmed to the partner", reached<Milestone::acknowledged>},
      {"admissible", "admissible", "requests deemed admissible, unless they were examined again and found inadmissible", reached<Milestone::admissible>},
      {"approved", "approved", "requests that are actions today: approved, and not taken back afterwards; counted on the day of the standing approval", done<Milestone::approved>},
      {"inadmissible", "inadmissible", "requests that are inadmissible today", stands<Standing::inadmissible>},
      {"rejected", "rejected", "requests that are rejected today", stands<Standing::rejected>},
      {"refused", "refused", "inadmissible and rejected together", refused},
      {"withdrawn", "withdrawn", "requests that the partner took back", stands<Standing::withdrawn>},
      {"lapsed", "lapsed", "requests that ended because the partner did not answer", stands<Standing::lapsed>},
      {"pending", "pending", "requests without an outcome today, those under review among them; counted on the day of receipt", pending},
      {"launched", "launched", "actions whose implementation began; counted on the first launch", done<Milestone::launched>},
      {"completed", "completed", "actions whose activities are completed", done<Milestone::completed>},
      {"evaluated", "evaluated", "actions with an evaluation on file", done<Milestone::evaluated>},
      {"closed", "closed", "actions closed and not reopened", done<Milestone::closed>},
      {"terminated", "terminated", "actions ended before their completion", stands<Standing::terminated>},
      {"converted", "converted", "as approved, but counted on the day the request was received: the part of received that became an action", converted},
  };
  return all;
}

const Measure* find_measure(std::string_view name) {
  const auto found = std::find_if(measures().begin(), measures().end(), [&](const Measure& measure) { return measure.name == name; });
  return found == measures().end() ? nullptr : &*found;
}

const std::vector<Wait>& waits() {
  static const std::vector<Wait> all = {
      {"received_to_acknowledged", "to acknowledgement", "from receipt to acknowledgement, by the day it was acknowledged", Milestone::received, "acknowledged"},
      {"received_to_approved", "to approval", "from receipt to the standing approval, by the day of that", Milestone::received, "approved"},
      {"approved_to_launched", "to launch", "from the standing approval to the first launch, by the day of that", Milestone::approved, "launched"},
  };
  return all;
}

const Wait* find_wait(std::string_view name) {
  const auto found = std::find_if(waits().begin(), waits().end(), [&](const Wait& wait) { return wait.name == name; });
  return found == waits().end() ? nullptr : &*found;
}

std::int64_t day_number(Instant instant) {
  const auto days = instant.micros / day_micros;
  return instant.micros % day_micros < 0 ? days - 1 : days;
}

std::optional<Waited> waited(const Wait& wait, const CaseFacts& facts) {
  const auto began = facts.reached[index_of(wait.from)];
  const auto ended = find_measure(wait.to)->at(facts);
  if (!began || !ended) return std::nullopt;
  return Waited{day_number(*ended) - day_number(*began), *ended};
}

std::int64_t percentile(const std::vector<std::int64_t>& sorted, int percent) {
  const auto rank = (sorted.size() * static_cast<std::size_t>(percent) + 99) / 100;
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

}  // namespace acta
