#include <doctest/doctest.h>

#include <cstdlib>

#include "tests/golden/golden_files.h"
#include "tests/sim/ledger_life.h"

using namespace acta;
using namespace acta::sim;

namespace {

const golden::Sources& sources() {
  static const golden::Sources held = golden::sources_in(golden::read_folder(ACTA_SOURCE_DIR "/tests/golden/format-1"));
  return held;
}

std::uint64_t rounds() { return std::getenv("ACTA_LONG") ? 5'000 : 12; }

}  // namespace

TEST_CASE("ledger: what was acknowledged survives every crash, whole, once, and nothing else half") {
  std::uint64_t entries = 0;
  for (std::uint64_t seed = 1; seed <= rounds(); ++seed) {
    const Outcome outcome = live({.seed = seed}, sources());
    REQUIRE_MESSAGE(!outcome.fault, *outcome.fault);
    entries += outcome.entries;
  }
  MESSAGE(entries << " entries written through " << 3 * rounds() << " crashes");
  CHECK(entries > 10 * rounds());
}

TEST_CASE("ledger: the simulator catches a ledger that does not sync") {
  constexpr std::uint64_t rounds_max = 10;
  std::uint64_t caught_in = 0;
  for (std::uint64_t seed = 1; seed <= rounds_max && caught_in == 0; ++seed) {
    if (live({.seed = seed, .sync = false}, sources()).fault) caught_in = seed;
  }
  CHECK(caught_in > 0);
}
