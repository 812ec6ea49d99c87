#include "tests/sim/expectation.h"

#include <bit>

#include "events/assert.h"
#include "events/sha256.h"
#include "events/value.h"
#include "tests/golden/story_payloads.h"

namespace acta::sim {
namespace {

Hash root_of(std::span<const Hash> leaves) {
  if (leaves.empty()) return sha256(ByteView());
  if (leaves.size() == 1) return leaves[0];
  const std::size_t left = std::bit_floor(leaves.size() - 1);
  const Hash one = root_of(leaves.first(left)), two = root_of(leaves.subspan(left));
  const std::uint8_t mark = 1;
  return sha256({ByteView(&mark, 1), view(one), view(two)});
}

Hash root_of(const std::vector<Bytes>& entries) {
  std::vector<Hash> leaves;
  const std::uint8_t mark = 0;
  for (const Bytes& entry : entries) leaves.push_back(sha256({ByteView(&mark, 1), ByteView(entry)}));
  return root_of(leaves);
}

template <class Id>
Id numbered(std::uint64_t number, std::string_view what) {
  Bytes bytes = bytes_of(what);
  put_be64(bytes, number);
  Id id;
  std::copy_n(sha256(bytes).bytes.begin(), id.bytes.size(), id.bytes.begin());
  return id;
}

std::string at(std::uint64_t position) { return " at position " + std::to_string(position); }

}  // namespace

void Expectation::accept(const Plan& plan) {
  bytes_.insert(bytes_.end(), plan.bytes.begin(), plan.bytes.end());
  for (const auto& [id, state] : plan.cases) cases_[id] = state;
}

std::optional<std::string> Expectation::settle(const Ledger& ledger, const std::optional<Plan>& unanswered) {
  const std::uint64_t held = ledger.head().size;
  if (unanswered && held == size() + unanswered->bytes.size()) accept(*unanswered);
  if (held != size()) return "holds " + std::to_string(held) + " entries, acknowledged were " + std::to_string(size());
  return compare(ledger);
}

std::optional<std::string> Expectation::compare(const Ledger& ledger) const {
  for (std::uint64_t i = 0; i < size(); ++i) {
    const auto stored = ledger.read_bytes(Position{i});
    if (!stored) return stored.error().message;
    if (*stored != bytes_[i]) return "other bytes" + at(i);
  }
  if (ledger.read_bytes(Position{size()})) return "an entry beyond the head";
  if (ledger.head().root != root_of(bytes_)) return "another root";
  for (const auto& [id, state] : cases_) {
    const auto stored = ledger.state(id);
    if (!stored || !*stored || **stored != state) return "another state of case " + to_text(id);
    const auto positions = ledger.positions_of(id);
    if (!positions || positions->size() != state.revision) return "another history of case " + to_text(id);
  }
  return std::nullopt;
}

Plan Expectation::plan_from(std::vector<Entry> entries) const {
  Plan plan{.entries = std::move(entries), .bytes = {}, .cases = {}};
  for (const Entry& planned : plan.entries) {
    Entry entry = planned;
    if (entry.case_id) {
      CaseState& state = plan.cases.try_emplace(*entry.case_id, cases_.contains(*entry.case_id) ? cases_.at(*entry.case_id) : CaseState{}).first->second;
      auto after = apply_unchecked(state, entry);
      ACTA_ASSERT(after);
      state = *std::move(after);
      entry.effect->state = state_digest(state);
    }
    auto bytes = encode(entry);
    ACTA_ASSERT(bytes);
    plan.bytes.push_back(*std::move(bytes));
  }
  return plan;
}

Entry Expectation::next_event(std::mt19937_64& dice, const Entry& pattern, const Plan& plan, std::uint64_t position) {
  Entry entry = pattern;
  const bool opens = cases_.empty() || dice() % 3 == 0;
  entry.case_id = numbered<CaseId>(++minted_, "case");
  if (!opens) entry.case_id = std::next(cases_.begin(), static_cast<std::ptrdiff_t>(dice() % cases_.size()))->first;
  entry.revision = opens ? 1 : cases_.at(*entry.case_id).revision + 1;
  for (const Entry& earlier : plan.entries) entry.revision = *entry.revision + (earlier.case_id == entry.case_id ? 1 : 0);
  entry.position = Position{position};
  entry.event_id = numbered<EventId>(minted_, "event");
  entry.command = CommandRef{.id = numbered<CommandId>(minted_, "command"), .body = {}};
  now_.micros = std::max(now_.micros, pattern.recorded_at.micros) + 1;
  entry.recorded_at = entry.occurred_at = now_;
  entry.payload = golden::remark(std::string(dice() % 40 == 0 ? dice() % 30'000 : dice() % 2'000, 'x'));
  entry.effect.emplace();
  entry.effect->process = opens ? "loan" : "";
  entry.effect->configuration = {"asked"};
  entry.effect->data = {{"count", number(static_cast<std::int64_t>(position))}};
  return entry;
}

Plan Expectation::plan_batch(std::mt19937_64& dice, const Entry& pattern) {
  Plan plan;
  const std::uint64_t count = 1 + dice() % 8;
  for (std::uint64_t i = 0; i < count; ++i) plan.entries.push_back(next_event(dice, pattern, plan, size() + i));
  return plan_from(std::move(plan.entries));
}

}  // namespace acta::sim
