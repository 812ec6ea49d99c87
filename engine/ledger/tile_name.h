#pragma once
// Names of tiles and entry bundles, as C2SP tlog-tiles has them: tile/<L>/<N>[.p/<W>] and tile/entries/<N>[.p/<W>].

#include <optional>
#include <string>
#include <string_view>

#include "engine/ledger/growing_tiles.h"

namespace acta {

struct TileName {
  std::optional<unsigned> level;        // nothing: a bundle of entries
  std::uint64_t index = 0;
  unsigned width = 256;                 // hashes or entries in it; under 256 it is partial
  bool operator==(const TileName&) const = default;
};

std::string to_path(const TileName& name);                 // as tile/0/x001/x234/067.p/112
// Error: malformed, for anything but the one way to write a name.
Result<TileName> parse_tile_path(std::string_view path);

// Leaves a tile reaches to, the last included: a tree must have as many to have it. Nothing when that exceeds 2^63.
std::optional<std::uint64_t> leaves_needed(const TileName& name);

}  // namespace acta
