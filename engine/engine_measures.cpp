// What an engine tells of how it does.

#include <rocksdb/env.h>

#include <algorithm>

#include "engine/engine_impl.h"

namespace acta {

const Measures& Engine::measures() const { return impl_->measures; }

Engine::Waiting Engine::waiting() const {
  if (!impl_->sequencer) return {};
  Waiting waiting{.queued = impl_->sequencer->queued(), .oldest_micros = 0};
  if (const auto came = impl_->sequencer->oldest_waiting()) waiting.oldest_micros = std::max<std::int64_t>(0, clock().steady_micros() - *came);
  return waiting;
}

Engine::Exposure Engine::exposure() const {
  return exposure_beyond(impl_->signer ? impl_->signer->signed_size() : impl_->ledger->stored_signed_size());
}

Engine::Exposure Engine::exposure_beyond(std::uint64_t reached) const {
  const std::uint64_t size = impl_->ledger->head().size;
  const std::uint64_t signed_size = std::min(size, reached);
  Exposure exposure{.signed_size = signed_size, .entries = size - signed_size, .oldest_micros = 0};
  if (exposure.entries == 0) return exposure;
  if (const auto oldest = impl_->ledger->read(Position{signed_size})) exposure.oldest_micros = std::max<std::int64_t>(0, clock().now().micros - oldest->recorded_at.micros);
  return exposure;
}

Result<Engine::Room> Engine::room() const {
  Room room{.free_bytes = 0, .needed_bytes = impl_->environment.free_bytes_min};
  if (impl_->environment.env->GetFreeSpace(impl_->folders.data, &room.free_bytes).ok()) return room;
  return error(Code::unavailable, "the disk under " + impl_->folders.data + " does not say how much is free");
}

}  // namespace acta
