#include "engine/ledger/tile_reader.h"

namespace acta {
namespace {

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

// A tile of hashes grows with each 256^level leaves, a bundle with each entry.
Result<bool> is_published(const Ledger& ledger, const TileName& name, std::uint64_t leaves) {
  if (name.width == tile_width) return true;
  return ledger.published_between(leaves, leaves + (1ull << (name.level.value_or(0) * tile_height)));
}

}  // namespace

Result<Bytes> read_tile(const Ledger& ledger, const TileName& name, std::uint64_t size) {
  const auto needed = leaves_needed(name);
  if (!needed || *needed > size) return error(Code::not_found, "the signed ledger has " + std::to_string(size) + " entries: it has no " + to_path(name));
  ACTA_TRY(const bool published, is_published(ledger, name, *needed));
  if (!published) return error(Code::not_found, "no checkpoint was published of a size that ends in " + to_path(name) + ": take the width that the newest one has, or the full tile");
  return name.level ? ledger.tile(*name.level, name.index, name.width) : read_bundle(ledger, name);
}

}  // namespace acta
