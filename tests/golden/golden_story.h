#pragma once
// What happens in the golden ledger: every kind of entry, every type of value, one sealed box, one refusal, one command
// over two cases, a case withdrawn and a case closed. The persons are invented, the keys are public.

#include <map>

#include "engine/ledger/note.h"
#include "engine/privacy/key_store.h"
#include "events/envelope.h"

namespace acta::golden {

// The bytes that flatc wrote when the format was frozen: from then on they come from the golden ledger itself.
struct Sources {
  Bytes ledger_schema, control_schema, facility_schema, definition;
};

struct Story {
  std::vector<std::vector<Entry>> batches;        // each staged by one call; without positions' state digests
  std::map<std::uint64_t, std::string> keys;      // position -> idempotency key of the command that wrote it
  Key box_key{};
};

inline constexpr std::string_view origin = "acta.example/golden";
std::array<std::uint8_t, 32> log_key_seed();       // 00 01 .. 1f

Story tell(const Sources& sources);

}  // namespace acta::golden
