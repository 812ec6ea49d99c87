#include "engine/ledger/ledger_impl.h"
#include "events/assert.h"

namespace acta {

const CaseState* StateCache::find(const CaseId& id) {
  const auto found = slots_.find(id);
  if (found == slots_.end()) return nullptr;
  recent_.splice(recent_.begin(), recent_, found->second.recent);
  return &found->second.state;
}

StateCache::Slot& StateCache::touch(const CaseState& state) {
  const auto found = slots_.find(state.id);
  if (found != slots_.end()) {
    found->second.state = state;
    recent_.splice(recent_.begin(), recent_, found->second.recent);
    return found->second;
  }
  recent_.push_front(state.id);
  return slots_.emplace(state.id, Slot{state, 0, recent_.begin()}).first->second;
}

void StateCache::put_clean(const CaseState& state) {
  touch(state);
  shrink();
}

void StateCache::put_pinned(const CaseState& state) {
  ++touch(state).pins;
  shrink();
}

void StateCache::unpin(const CaseId& id) {
  const auto found = slots_.find(id);
  ACTA_ASSERT(found != slots_.end() && found->second.pins > 0);
  --found->second.pins;
}

void StateCache::shrink() {
  for (auto oldest = recent_.end(); slots_.size() > states_max && oldest != recent_.begin();) {
    --oldest;
    const auto slot = slots_.find(*oldest);
    if (slot->second.pins > 0) continue;
    slots_.erase(slot);
    oldest = recent_.erase(oldest);
  }
}

}  // namespace acta
