// Receipts of time-stamp servers become entries here, and nowhere else.

#include <algorithm>

#include "engine/anchor/anchors.h"
#include "engine/engine_impl.h"
#include "engine/published.h"
#include "events/assert.h"

namespace acta {
namespace {

const ShippedSchema& anchor_schema() {
  const auto& shipped = shipped_control_schemas();
  const auto found = std::find_if(shipped.begin(), shipped.end(), [](const ShippedSchema& one) { return one.name == "control/time_stamps"; });
  ACTA_ASSERT(found != shipped.end());
  return *found;
}

}  // namespace

// On the sequencer's thread: anchors come one after the other.
std::vector<Entry> Engine::Impl::anchor_entries(Anchoring said, Position first) const {
  std::vector<Entry> entries;
  if (!is_published(*ledger, anchor_schema())) entries.push_back(schema_published(*catalogue, anchor_schema(), first));
  said.previous = newest_anchor(*ledger);
  entries.push_back(checkpoint_anchored(*catalogue, said, Position{first.value + entries.size()}));
  return entries;
}

Result<Checkpoint> Engine::Impl::own_checkpoint(const std::string& note) const {
  ACTA_TRY(const Checkpoint checkpoint, current_log_keys().open(note));
  if (checkpoint.size > ledger->head().size) return error(Code::damaged, "the checkpoint covers more entries than there are");
  ACTA_TRY(const Hash root, root_at(checkpoint.size, ledger->subtree_reader()));
  if (root != checkpoint.root) return error(Code::damaged, "the checkpoint is of another tree");
  return checkpoint;
}

Result<Position> Engine::record_anchor(const GrantedReceipt& receipt) {
  const std::shared_lock under_way(impl_->closing_mutex);
  const std::lock_guard one(impl_->anchoring);
  if (impl_->access == Access::read) return error(Code::unsupported, "this data folder was opened for reading only");
  if (!impl_->sequencer) return error(Code::busy, "shutting down: try again");
  ACTA_CHECK(impl_->may_write());
  ACTA_TRY(const Checkpoint checkpoint, impl_->own_checkpoint(receipt.stamped()));
  if (checkpoint.size <= acta::unanchored(*impl_->ledger).covered) return error(Code::stale, "a time stamp over as many entries is recorded already");
  const Anchoring said{.size = checkpoint.size, .stamped_at = receipt.stamp().at, .checkpoint = receipt.stamped(), .receipt = receipt.bytes(), .previous = {}};
  ACTA_TRY(const Recorded recorded, impl_->write_own([this, &said](Position first) { return impl_->anchor_entries(said, first); }));
  return Position{recorded.first.value + recorded.count - 1};
}

Engine::Exposure Engine::unanchored() const {
  const Unanchored left = acta::unanchored(*impl_->ledger);
  Exposure exposure{.signed_size = left.covered, .entries = left.entries, .oldest_micros = 0};
  if (!left.oldest) return exposure;
  if (const auto oldest = impl_->ledger->read(*left.oldest)) exposure.oldest_micros = std::max<std::int64_t>(0, clock().now().micros - oldest->recorded_at.micros);
  return exposure;
}

}  // namespace acta
