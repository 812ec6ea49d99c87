#include "engine/ledger/ledger_impl.h"
#include "events/assert.h"

namespace acta {

SharedState StateCache::find(const CaseId& id) {
  const auto found = slots_.find(id);
  if (found == slots_.end()) return nullptr;
  recent_.splice(recent_.begin(), recent_, found->second.recent);
  return found->second.state;
}

void StateCache::put(const SharedState& state) {
  const auto [slot, is_new] = slots_.try_emplace(state->id);
  if (is_new) slot->second.recent = recent_.insert(recent_.begin(), state->id);
  else recent_.splice(recent_.begin(), recent_, slot->second.recent);
  slot->second.state = state;
  shrink();
}

void StateCache::pin(const CaseId& id) {
  const auto found = slots_.find(id);
  ACTA_ASSERT(found != slots_.end());
  ++found->second.pins;
}

void StateCache::unpin(const CaseId& id) {
  const auto found = slots_.find(id);
  ACTA_ASSERT(found != slots_.end() && found->second.pins > 0);
  --found->second.pins;
}

// Never the newest: whoever has put it is about to pin it.
void StateCache::shrink() {
  for (auto oldest = recent_.end(); slots_.size() > states_max && oldest != std::next(recent_.begin());) {
    --oldest;
    const auto slot = slots_.find(*oldest);
    if (slot->second.pins > 0) continue;
    slots_.erase(slot);
    oldest = recent_.erase(oldest);
  }
}

}  // namespace acta
