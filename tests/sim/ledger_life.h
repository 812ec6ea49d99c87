#pragma once
// One ledger's life on a disk that loses power: written, crashed, opened again, compared, three times over. All of it
// follows from the seed, but for the moments at which RocksDB's own threads write.

#include <optional>
#include <string>

#include "tests/golden/golden_story.h"

namespace acta::sim {

struct Life {
  std::uint64_t seed = 0;
  bool sync = true;          // false: the planted bug
  int crashes = 3;
};

struct Outcome {
  std::optional<std::string> fault;  // what was found wrong, with the seed
  std::uint64_t entries = 0;
};

Outcome live(const Life& life, const golden::Sources& sources);

}  // namespace acta::sim
