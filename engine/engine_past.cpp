// The past of a case, replayed from its entries.

#include "engine/engine_impl.h"

namespace acta {
namespace {

// Folds the entries of a case in ledger order. `visit` gets each entry with the state after it; false ends the walk.
Result<void> replay(const Ledger& ledger, const CaseId& id, const std::function<bool(const Entry&, const CaseState&)>& visit) {
  ACTA_TRY(const std::vector<Position> positions, ledger.positions_of(id));
  CaseState state;
  for (const Position position : positions) {
    ACTA_TRY(const Entry entry, ledger.read(position));
    ACTA_TRY(state, apply(state, entry));
    if (!visit(entry, state)) break;
  }
  return {};
}

}  // namespace

Result<std::optional<CaseState>> Engine::state_at_revision(const CaseId& id, Revision revision) const {
  ACTA_TRY(std::optional<CaseState> found, impl_->ledger->state(id));
  if (!found || found->revision == revision) return found;  // mostly the newest is asked for, and each answer to a write does
  found.reset();
  ACTA_CHECK(replay(*impl_->ledger, id, [&](const Entry&, const CaseState& state) {
    if (state.revision == revision) found = state;
    return state.revision <= revision;
  }));
  return found;
}

Result<std::optional<CaseState>> Engine::state_as_of(const CaseId& id, std::optional<Instant> as_of, std::optional<Instant> recorded_as_of) const {
  std::optional<CaseState> found;
  ACTA_CHECK(replay(*impl_->ledger, id, [&](const Entry& entry, const CaseState& state) {
    if (recorded_as_of && entry.recorded_at > *recorded_as_of) return false;
    if (as_of && state.effective_at > *as_of) return false;  // effective_at never falls
    found = state;
    return true;
  }));
  return found;
}

}  // namespace acta
