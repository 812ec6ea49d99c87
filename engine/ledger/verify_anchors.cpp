// Time stamps from outside: each receipt against the checkpoint it stands beside, each checkpoint against the tree, and, given
// authorities, who signed.

#include "engine/ledger/verify_impl.h"

namespace acta {
namespace {

std::optional<Bytes> stored_tile(const Store& store, unsigned level, std::uint64_t index) {
  auto tile = store.get(Family::tiles, tile_key(level, index));
  return tile && *tile && (*tile)->size() == tile_width * sizeof(Hash) ? *std::move(tile) : std::nullopt;
}

// From leaf hashes and full tiles, which are held against the entries elsewhere.
Result<Hash> stored_subtree(const Store& store, unsigned level, std::uint64_t index) {
  const unsigned inside = level % tile_height;
  const std::uint64_t first = index << inside;
  if (const auto tile = stored_tile(store, level / tile_height, first / tile_width)) {
    const auto hashes = hashes_of(*tile);
    const auto from = hashes.begin() + static_cast<std::ptrdiff_t>(first % tile_width);
    return fold_hashes(std::vector<Hash>(from, from + (std::ptrdiff_t{1} << inside)));
  }
  if (level > 0) {
    ACTA_TRY(const Hash left, stored_subtree(store, level - 1, 2 * index));
    ACTA_TRY(const Hash right, stored_subtree(store, level - 1, 2 * index + 1));
    return node_hash(left, right);
  }
  ACTA_TRY(const auto leaf, store.get(Family::leaves, position_key(Position{index})));
  if (!leaf || leaf->size() != sizeof(Hash)) return error(Code::damaged, "a leaf hash is missing");
  return hashes_of(*leaf).front();
}

}  // namespace

void VerifyRun::check_anchor(Position position, const Entry& entry) {
  ++report.time_stamps;
  const auto before = std::exchange(last_anchor, position);
  if (!log_keys) return;
  const auto anchor = read_anchor(entry, *log_keys);
  if (!anchor) return find(position, "time stamp", anchor.error().message);
  if (anchor->said.previous != before && !any_bad(0, position.value)) find(position, "time stamp", "it names another time stamp before it than the one there is");
  anchored.emplace_back(position, anchor->checkpoint);
  last_stamp = anchor->stamp.at;
  if (!options.time_stamps) return;
  const auto trusted = options.time_stamps->check(anchor->said.receipt, view(std::string_view(anchor->said.checkpoint)));
  if (trusted) return;
  if (trusted.error().code != Code::foreign) return find(position, "time stamp", trusted.error().message);
  untrusted = true;
  note(position, "time stamp", trusted.error().message);
}

void VerifyRun::check_anchored() {
  if (report.time_stamps == 0) return;
  for (const auto& [position, checkpoint] : anchored) {
    if (any_bad(0, checkpoint.size)) continue;
    const auto root = root_at(checkpoint.size, [this](unsigned level, std::uint64_t index) { return stored_subtree(*store, level, index); });
    if (!root || *root != checkpoint.root) find(position, "time stamp", "the first " + std::to_string(checkpoint.size) + " entries are not those that were stamped");
  }
  const std::string count = std::to_string(report.time_stamps) + (report.time_stamps == 1 ? " time stamp is" : " time stamps are") + " recorded, each held against the checkpoint it is over";
  const std::string newest = anchored.empty() ? "" : "; the newest is over " + std::to_string(anchored.back().second.size) + " entries, of " + to_text(*last_stamp);
  report.remarks.push_back(count + newest);
  if (!options.time_stamps) report.remarks.push_back("who signed the time stamps was not checked: give the authorities of the time-stamp server, had from somebody else than this ledger's owner (--timestamp-ca)");
}

}  // namespace acta
