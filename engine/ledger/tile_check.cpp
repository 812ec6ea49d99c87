#include "engine/ledger/tile_check.h"

#include <algorithm>

#include "engine/disk.h"
#include "engine/ledger/tree.h"

namespace acta {
namespace {

std::uint64_t count_at(unsigned level, std::uint64_t size) { return level * tile_height >= 64 ? 0 : size >> (level * tile_height); }

bool whole(const HashRow& row) { return std::all_of(row.begin(), row.end(), [](const auto& hash) { return hash.has_value(); }); }

// The root of a full tile; none of others.
std::optional<Hash> folded(const HashRow& row) {
  if (row.size() != tile_width || !whole(row)) return std::nullopt;
  std::vector<Hash> hashes;
  for (const auto& hash : row) hashes.push_back(*hash);
  return fold_hashes(std::move(hashes));
}

bool differ(const std::optional<Hash>& held, const std::optional<Hash>& below) { return held && below && *held != *below; }

}  // namespace

// A tile of the right edge is read twice, and told once.
void TileWalk::note(TileFinding finding) {
  if (!finding.position && !told_.insert(finding.file).second) return;
  if (findings.size() < findings_max) return findings.push_back(std::move(finding));
  if (findings.size() == findings_max) findings.push_back({.file = {}, .position = {}, .detail = "further findings are left out"});
}

void TileWalk::find(const TileName& name, std::optional<Position> position, std::string detail) {
  tampered = true;
  note({.file = to_path(name), .position = position, .detail = std::move(detail)});
}

TileName TileWalk::name_of(std::optional<unsigned> level, std::uint64_t index) const {
  const std::uint64_t left = count_at(level.value_or(0), checkpoint_.size) - index * tile_width;
  return {.level = level, .index = index, .width = static_cast<unsigned>(std::min(left, tile_width))};
}

// A full tile stands for its parts.
std::optional<Bytes> TileWalk::read(const TileName& name) {
  auto bytes = read_file(env_, folder_ + "/" + to_path(name));
  if (!bytes && name.width < tile_width) bytes = read_file(env_, folder_ + "/" + to_path({.level = name.level, .index = name.index, .width = tile_width}));
  if (bytes) return *std::move(bytes);
  incomplete = true;
  ++missing_;
  note({.file = to_path(name), .position = {}, .detail = bytes.error().code == Code::not_found ? "is missing" : bytes.error().message});
  return std::nullopt;
}

HashRow TileWalk::read_tile_row(unsigned level, std::uint64_t index) {
  const TileName name = name_of(level, index);
  const auto bytes = read(name);
  const std::size_t needed = name.width * sizeof(Hash);
  if (!bytes) return HashRow(name.width);
  if (bytes->size() != needed && bytes->size() != tile_width * sizeof(Hash)) {
    find(name, {}, "has " + std::to_string(bytes->size()) + " bytes instead of " + std::to_string(needed));
    return HashRow(name.width);
  }
  const auto hashes = hashes_of(ByteView(*bytes).first(needed));
  return HashRow(hashes.begin(), hashes.end());
}

const HashRow& TileWalk::tile(unsigned level, std::uint64_t index) {
  if (held_.size() <= level) held_.resize(level + 1);
  Held& held = held_[level];
  if (held.hashes.empty() || held.index != index) held = {.index = index, .hashes = read_tile_row(level, index)};
  return held.hashes;
}

// Of each entry of a bundle its leaf hash.
HashRow TileWalk::leaves_of(std::uint64_t index) {
  const TileName name = name_of({}, index);
  HashRow leaves(name.width);
  const auto bundle = read(name);
  if (!bundle) return leaves;
  ByteReader in(*bundle);
  for (unsigned i = 0; i < name.width; ++i) {
    const ByteView entry = in.take(in.be16());
    if (!in.ok()) return find(name, Position{index * tile_width + i}, "the bundle ends before this entry does"), leaves;
    leaves[i] = leaf_hash(entry);
    ++entries;
  }
  const bool part = name.width < tile_width;
  if (!in.done() && !part) find(name, {}, "bytes follow after the last entry");
  return leaves;
}

std::optional<Hash> TileWalk::above(unsigned level, std::uint64_t index) {
  return tile(level + 1, index / tile_width)[index % tile_width];
}

// What stands above decides: the signed root for the partial tiles, which nothing else covers.
TileWalk::Right TileWalk::judge(unsigned level, std::uint64_t index, const HashRow& below) {
  const HashRow& held = tile(level, index);
  if (held.size() < tile_width) return edge_holds_ ? Right::tile : Right::unknown;
  const auto over = above(level, index);
  if (over && folded(held) == over) return Right::tile;
  return over && folded(below) == over ? Right::below : Right::unknown;
}

void TileWalk::tell(unsigned level, std::uint64_t at, Right right) {
  const Position position{at << (level * tile_height)};
  const TileName held = name_of(level, at / tile_width);
  const TileName below = level == 0 ? name_of({}, at / tile_width) : name_of(level - 1, at);
  const std::string hash = "hash " + std::to_string(at % tile_width);
  const std::string what = level == 0 ? "the entry" : "this tile, which its own entries bear out,";
  if (right == Right::tile) return find(below, position, what + " is not the one under the signed root: " + hash + " of " + to_path(held) + " is another");
  if (right == Right::below) return find(held, position, hash + " is not that of " + (level == 0 ? "the entry in " : "") + to_path(below));
  find(below, position, "does not go with " + hash + " of " + to_path(held) + "; nothing above bears out either");
}

void TileWalk::check(unsigned level, std::uint64_t index, const HashRow& below) {
  const HashRow held = tile(level, index);
  bool differs = false;
  for (std::size_t i = 0; i < held.size(); ++i) differs = differs || differ(held[i], below[i]);
  const Right right = differs ? judge(level, index, below) : Right::tile;
  for (std::size_t i = 0; i < held.size(); ++i)
    if (differ(held[i], below[i])) tell(level, index * tile_width + i, right);
  if (held.size() < tile_width) return;
  if (right == Right::unknown) return carry(level, index, std::nullopt);
  carry(level, index, right == Right::below || !whole(held) ? folded(below) : folded(held));
}

void TileWalk::carry(unsigned level, std::uint64_t index, std::optional<Hash> root) {
  const unsigned over = level + 1;
  if (growing_.size() <= over) growing_.resize(over + 1);
  growing_[over].push_back(root);
  if (growing_[over].size() < tile_width) return;
  const HashRow row = std::exchange(growing_[over], {});
  check(over, index / tile_width, row);
}

// From the tiles alone: the complete subtrees of the right edge stand in the partial ones.
std::optional<Hash> TileWalk::right_edge_root() {
  const auto root = root_at(checkpoint_.size, [this](unsigned level, std::uint64_t index) -> Result<Hash> {
    const unsigned inside = level % tile_height;
    const std::uint64_t first = index << inside;
    const HashRow& row = tile(level / tile_height, first / tile_width);
    std::vector<Hash> hashes;
    for (std::uint64_t i = first % tile_width; hashes.size() < 1ull << inside; ++i) {
      if (!row[i]) return error(Code::not_found, "a tile of the right edge is missing");
      hashes.push_back(*row[i]);
    }
    return fold_hashes(std::move(hashes));
  });
  return root ? std::optional(*root) : std::nullopt;
}

void TileWalk::walk(const std::function<void(std::uint64_t done, std::uint64_t total)>& progress) {
  const std::uint64_t size = checkpoint_.size;
  const auto edge = size == 0 ? std::optional(empty_root()) : right_edge_root();
  edge_holds_ = edge == checkpoint_.root;
  for (std::uint64_t bundle = 0; bundle < size / tile_width + (size % tile_width > 0 ? 1 : 0) && missing_ < findings_max; ++bundle) {
    check(0, bundle, leaves_of(bundle));
    if (progress) progress(std::min(bundle * tile_width + tile_width, size), size);
  }
  for (unsigned level = 1; level < growing_.size(); ++level)
    if (!growing_[level].empty()) check(level, count_at(level, size) / tile_width, growing_[level]);
  if (edge && !edge_holds_) {
    tampered = true;
    note({.file = std::string(checkpoint_name), .position = {}, .detail = "the tiles give another root than the signed one"});
  }
}

}  // namespace acta
