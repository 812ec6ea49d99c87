#include "engine/ledger/tile_reader.h"

namespace acta {
namespace {

Result<Bytes> read_hashes(const Ledger& ledger, const TileName& name) {
  const SubtreeReader read = ledger.subtree_reader();
  Bytes hashes;
  hashes.reserve(name.width * sizeof(Hash));
  for (std::uint64_t i = 0; i < name.width; ++i) {
    ACTA_TRY(const Hash hash, read(*name.level * tile_height, name.index * tile_width + i));
    put(hashes, view(hash));
  }
  return hashes;
}

Result<Bytes> read_bundle(const Ledger& ledger, const TileName& name) {
  Bytes bundle;
  const Position first{name.index * tile_width};
  ACTA_CHECK(ledger.scan(first, Position{first.value + name.width}, [&](Position, ByteView entry) {
    put_be16(bundle, static_cast<std::uint16_t>(entry.size()));
    put(bundle, entry);
    return true;
  }));
  return bundle;
}

}  // namespace

Result<Bytes> read_tile(const Ledger& ledger, const TileName& name, std::uint64_t size) {
  const auto needed = leaves_needed(name);
  if (!needed || *needed > size) return error(Code::not_found, "the signed ledger has " + std::to_string(size) + " entries: it has no " + to_path(name));
  return name.level ? read_hashes(ledger, name) : read_bundle(ledger, name);
}

}  // namespace acta
