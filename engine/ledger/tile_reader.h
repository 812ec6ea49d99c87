#pragma once
// The content of tiles and entry bundles of a ledger, as other people's verifiers fetch them.

#include "engine/ledger/ledger.h"
#include "engine/ledger/tile_name.h"

namespace acta {

// `size` is that of a published checkpoint: nothing beyond it is given, and partial tiles only as some published checkpoint
// has them (a full one stands for all its parts). A tile of hashes is 32 bytes each; a bundle is, for
// each entry, its length in two bytes, big-endian, and its bytes. Error: not_found (the tree is too small for it, or the
// level does not exist), damaged, unavailable.
Result<Bytes> read_tile(const Ledger& ledger, const TileName& name, std::uint64_t size);

}  // namespace acta
