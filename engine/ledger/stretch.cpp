#include "engine/ledger/stretch.h"

#include <algorithm>

#include "events/kind_of.h"

namespace acta {
namespace {

constexpr std::size_t readahead_bytes = 1u << 20;

// The rows of a family with keys from `first` to before `end`; a stretch at the beginning has all before it too.
class Rows {
 public:
  Rows(const Store& store, Family family, std::uint64_t first, std::uint64_t end) : first_(first), end_key_(position_key(Position{end})), bound_(slice(end_key_)) {
    rocksdb::ReadOptions options;
    options.readahead_size = readahead_bytes;
    options.fill_cache = false;   // each row is read once
    options.iterate_upper_bound = &bound_;
    rows_.reset(store.db->NewIterator(options, store.family(family)));
  }
  rocksdb::Iterator& operator*() const { return *rows_; }
  rocksdb::Iterator* operator->() const { return rows_.get(); }
  void seek() const {
    if (first_ == 0) rows_->SeekToFirst();
    else seek(first_);
  }
  void seek(std::uint64_t position) const { rows_->Seek(slice(position_key(Position{position}))); }

 private:
  std::uint64_t first_;
  Bytes end_key_;
  rocksdb::Slice bound_;
  std::unique_ptr<rocksdb::Iterator> rows_;
};

StretchRow unreadable(std::uint64_t at, const rocksdb::Status& status) {
  StretchRow row;
  row.position = Position{at};
  row.status = status;
  return row;
}

bool is_entry(const StretchRow& row) { return row.position && row.status.ok(); }

}  // namespace

Stretch StretchReader::read(std::uint64_t number) const {
  Stretch stretch;
  stretch.first = number * stretch_entries;
  stretch.end = std::min(size, stretch.first + stretch_entries);
  read_entries(stretch);
  compare_leaves(stretch);
  compare_tiles(stretch);
  fold_tiles(stretch);
  if (!hashes_only) sum_index_rows(stretch);
  return stretch;
}

void StretchReader::read_entries(Stretch& into) const {
  into.rows.reserve(into.end - into.first);
  const Rows rows(store, Family::entries, into.first, into.end);
  std::uint64_t next = into.first;
  for (rows.seek(); next < into.end;) {
    if (rows->Valid()) {
      add_row(into, *rows);
      if (into.rows.back().position) next = into.rows.back().position->value + 1;
      rows->Next();
      continue;
    }
    if (rows->status().ok()) return;
    into.rows.push_back(unreadable(next, rows->status()));
    rows.seek(++next);
  }
}

void StretchReader::add_row(Stretch& into, const rocksdb::Iterator& stored) const {
  StretchRow& row = into.rows.emplace_back();
  const ByteView key = view(stored.key()), bytes = view(stored.value());
  row.position = position_in(key);
  if (!row.position) {
    row.key.assign(key.begin(), key.end());
    return;
  }
  row.leaf = leaf_hash(bytes);
  row.kind = kind_of(bytes);
  if (!hashes_only || row.kind == Kind::ledger || row.position->value == 0) row.entry = std::make_unique<Result<Entry>>(decode(bytes));
}

// Both families are in order of positions: they are walked side by side.
void StretchReader::compare_leaves(Stretch& into) const {
  const Rows leaves(store, Family::leaves, into.first, into.end);
  auto row = into.rows.begin();
  const auto skip_to = [&](std::uint64_t position, StoredLeaf state) {
    for (; row != into.rows.end() && (!is_entry(*row) || row->position->value < position); ++row) row->stored_leaf = state;
  };
  for (leaves.seek(); leaves->Valid(); leaves->Next()) {
    const ByteView key = view(leaves->key());
    const auto position = position_in(key);
    if (!position) {
      into.odd_leaves.emplace_back(key.begin(), key.end());
      continue;
    }
    skip_to(position->value, StoredLeaf::missing);
    if (row == into.rows.end() || row->position != position) continue;
    row->stored_leaf = hash_in(view(leaves->value())) == row->leaf ? StoredLeaf::same : StoredLeaf::other;
    ++row;
  }
  const auto unseen = row;
  skip_to(into.end, StoredLeaf::missing);
  if (leaves->status().ok()) return;
  for (row = unseen; row != into.rows.end(); ++row)
    if (is_entry(*row)) ask_for_leaf(*row);
}

// Where leaves cannot be walked: one by one, so that each that cannot be read is named, and no other.
void StretchReader::ask_for_leaf(StretchRow& row) const {
  const auto stored = store.get(Family::leaves, position_key(*row.position));
  if (!stored) {
    row.stored_leaf = StoredLeaf::unreadable;
    row.leaf_fault = stored.error().message;
  } else {
    row.stored_leaf = !*stored ? StoredLeaf::missing : hash_in(**stored) == row.leaf ? StoredLeaf::same : StoredLeaf::other;
  }
}

// A tile tells an altered entry from its neighbours even where its leaf hash was made anew.
void StretchReader::compare_tiles(Stretch& into) const {
  Result<std::optional<Bytes>> tile = std::optional<Bytes>();
  std::uint64_t held = UINT64_MAX;
  for (StretchRow& row : into.rows) {
    if (!is_entry(row) || row.position->value / tile_width >= size / tile_width) continue;
    const std::uint64_t index = row.position->value / tile_width;
    if (index != held) tile = store.get(Family::tiles, tile_key(0, index));
    held = index;
    if (!tile || !*tile || (*tile)->size() != tile_width * sizeof(Hash)) continue;
    row.in_tile = std::equal(row.leaf.bytes.begin(), row.leaf.bytes.end(), (*tile)->begin() + static_cast<std::ptrdiff_t>(row.position->value % tile_width * sizeof(Hash)));
  }
}

void StretchReader::fold_tiles(Stretch& into) const {
  auto row = into.rows.begin();
  for (std::uint64_t first = into.first; first + tile_width <= into.end; first += tile_width) {
    std::vector<Hash> hashes;
    hashes.reserve(tile_width);
    for (; row != into.rows.end() && (!row->position || row->position->value < first + tile_width); ++row)
      if (is_entry(*row)) hashes.push_back(row->leaf);
    into.tile_roots.push_back(hashes.size() == tile_width ? std::optional(fold_hashes(std::move(hashes))) : std::nullopt);
  }
}

void StretchReader::sum_index_rows(Stretch& into) const {
  for (const StretchRow& row : into.rows)
    if (row.entry && *row.entry) add_index_rows(sum_key, *row.position, **row.entry, into.case_rows, into.command_rows);
}

void add_index_rows(const RowSumKey& with, Position position, const Entry& entry, RowSum& cases, RowSum& commands) {
  if (entry.case_id) cases.add(with, case_key(*entry.case_id, entry.revision.value_or(0), position), {});
  if (entry.command && entry.command->index == 0) commands.add(with, view(entry.command->id), encode(SeenCommand{position, entry.command->count}));
}

std::optional<Position> position_in(ByteView key) {
  ByteReader in(key);
  const Position position{in.be64()};
  return in.done() ? std::optional(position) : std::nullopt;
}

std::optional<Hash> hash_in(ByteView bytes) {
  Hash hash;
  if (bytes.size() != hash.bytes.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), hash.bytes.begin());
  return hash;
}

}  // namespace acta
