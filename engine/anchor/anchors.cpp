#include "engine/anchor/anchors.h"

#include <algorithm>

#include "events/sha256.h"

namespace acta {
namespace {

constexpr std::string_view schema_name = "control/time_stamps";

Error unfit(const Entry& entry, const std::string& what) {
  Error failure = error(Code::damaged, "entry " + std::to_string(entry.position.value) + ", a time stamp: " + what);
  failure.position = entry.position.value;
  return failure;
}

Result<Anchoring> anchoring_at(const Ledger& ledger, Position position) {
  ACTA_TRY(const Entry entry, ledger.read(position));
  if (entry.kind != Kind::ledger || entry.type != anchored_type) return error(Code::not_found, "entry " + std::to_string(position.value) + " is no time stamp: `acta anchor list` shows those there are");
  return read_checkpoint_anchored(entry);
}

// The first anchor brings its schema: the two are one command.
bool brings_schema(const Ledger& ledger, Position anchor) {
  if (anchor.value == 0) return false;
  const auto before = ledger.read(Position{anchor.value - 1});
  const auto published = before && before->type == "SchemaPublished" ? read_schema_published(*before) : Result<Publication>(Publication{});
  return published && published->name == schema_name;
}

}  // namespace

Result<Anchor> read_anchor(const Entry& entry, const LogKeys& keys) {
  Anchor anchor{.position = entry.position, .recorded_at = entry.recorded_at, .said = {}, .checkpoint = {}, .stamp = {}};
  ACTA_TRY(anchor.said, read_checkpoint_anchored(entry));
  const auto stamp = read_receipt(anchor.said.receipt);
  if (!stamp) return unfit(entry, stamp.error().message);
  anchor.stamp = *stamp;
  if (anchor.stamp.imprint != sha256(view(std::string_view(anchor.said.checkpoint)))) return unfit(entry, "its receipt is over another checkpoint than the one beside it");
  if (anchor.stamp.at != anchor.said.stamped_at) return unfit(entry, "its receipt gives another time than the entry");
  const auto checkpoint = keys.open(anchor.said.checkpoint);
  if (!checkpoint) return unfit(entry, "its checkpoint is not this ledger's: " + checkpoint.error().message);
  anchor.checkpoint = *checkpoint;
  if (anchor.checkpoint.size != anchor.said.size || anchor.said.size > entry.position.value) return unfit(entry, "its checkpoint covers another number of entries than it says, or more than stand before it");
  return anchor;
}

Result<Anchor> anchor_at(const Ledger& ledger, const LogKeys& keys, Position position) {
  ACTA_CHECK(anchoring_at(ledger, position));
  ACTA_TRY(const Entry entry, ledger.read(position));
  return read_anchor(entry, keys);
}

std::optional<Position> newest_anchor(const Ledger& ledger) {
  const auto value = ledger.reg(anchor_register);
  const auto* position = value ? std::get_if<std::int64_t>(&value->held) : nullptr;
  return position ? std::optional(Position{static_cast<std::uint64_t>(*position)}) : std::nullopt;
}

// Each lies before the one that names it: the walk ends.
Result<void> walk_anchors(const Ledger& ledger, std::optional<Position> from, const std::function<bool(Position, const Anchoring&)>& visit) {
  for (auto at = from; at;) {
    ACTA_TRY(const Anchoring said, anchoring_at(ledger, *at));
    if (!visit(*at, said)) return {};
    if (said.previous && *said.previous >= *at) return error(Code::damaged, "entry " + std::to_string(at->value) + ", a time stamp, names one behind it as the one before");
    at = said.previous;
  }
  return {};
}

Result<Position> first_anchor_over(const Ledger& ledger, Position entry) {
  std::optional<Position> first;
  ACTA_CHECK(walk_anchors(ledger, newest_anchor(ledger), [&](Position at, const Anchoring& said) {
    if (said.size <= entry.value) return false;
    first = at;
    return true;
  }));
  if (first) return *first;
  return error(Code::not_found, "no time stamp covers entry " + std::to_string(entry.value) + " yet");
}

Unanchored unanchored(const Ledger& ledger) {
  const auto newest = newest_anchor(ledger);
  // Asked after it: an anchor is stored a moment before the head shows it.
  const std::uint64_t size = std::max(ledger.head().size, newest ? newest->value + 1 : 0);
  const auto said = newest ? anchoring_at(ledger, *newest) : Result<Anchoring>(Anchoring{});
  if (!newest || !said) return {.covered = 0, .entries = size, .oldest = size > 0 ? std::optional(Position{0}) : std::nullopt};
  const std::uint64_t own = brings_schema(ledger, *newest) ? 2 : 1;
  const std::uint64_t before = newest->value + 1 - own - said->size, after = size - newest->value - 1;
  Unanchored left{.covered = said->size, .entries = before + after, .oldest = {}};
  if (left.entries > 0) left.oldest = Position{before > 0 ? said->size : newest->value + 1};
  return left;
}

}  // namespace acta
