#pragma once
// Sealing and opening personal fields (docs/FORMAT.md "Boxes"): XChaCha20-Poly1305 with associated data, ISO/IEC 7816-4
// padding to 64 * 2^n bytes, and a commitment to the key.

#include "engine/privacy/key_store.h"
#include "events/envelope.h"

namespace acta {

inline constexpr std::size_t box_plaintext_max = 16'383;  // one byte of padding at least

// What a box is bound to. The opener rebuilds it from the entry and the genesis.
struct BoxContext {
  std::string_view origin;
  EventId event_id;
  std::string_view type;
  std::uint16_t version = 1;
};

// Error: too_large. The nonce is drawn from `randomness`.
Result<Box> seal(ByteView plaintext, const PersonId& person, std::string_view retention, const PersonKey& key, const BoxContext& context, Randomness& randomness);
// Error: damaged when commitment, tag or padding do not hold.
Result<Bytes> open_box(const Box& box, const PersonKey& key, const BoxContext& context);

}  // namespace acta
