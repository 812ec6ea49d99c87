#pragma once
// Whether two signed heads of one log can both be true. Two that cannot are a proof of their own: somebody was shown another
// ledger than somebody else.

#include <optional>
#include <vector>

#include "engine/ledger/note.h"

namespace acta {

enum class Heads : std::uint8_t {
  same,
  consistent,     // the smaller tree is the beginning of the larger
  split_view,     // one size, two roots
  forked,         // the larger tree begins otherwise than the smaller
  not_provable,   // nothing given shows the one or the other
};

// What a log, or somebody who holds its entries, says of two of its sizes.
struct ConsistencyClaim {
  std::uint64_t from = 0, to = 0;
  std::optional<Hash> from_root;   // of the tree they hold; needed to show a fork
  std::vector<Hash> hashes;
};
// One base64 hash a line. Error: malformed, naming the line.
Result<std::vector<Hash>> parse_hash_lines(std::string_view text);

// Both of one origin, `smaller` not the larger. A claim is believed only as far as it leads to the larger signed root.
Heads compare_heads(const Checkpoint& smaller, const Checkpoint& larger, const std::optional<ConsistencyClaim>& claim);

}  // namespace acta
