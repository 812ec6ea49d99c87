#include "engine/ledger/ledger.h"

#include <rocksdb/env.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <chrono>

#include "engine/ledger/ledger_impl.h"
#include "events/assert.h"
#include "events/value.h"

namespace acta {
namespace {

Result<Hash> to_hash(const std::optional<Bytes>& bytes, const std::string& what) {
  if (!bytes || bytes->size() != 32) return error(Code::damaged, what + " is missing or not 32 bytes");
  Hash hash;
  std::copy(bytes->begin(), bytes->end(), hash.bytes.begin());
  return hash;
}

Error no_entry(Position position) { return error(Code::not_found, "there is no entry at position " + std::to_string(position.value)); }

}  // namespace

Result<void> Ledger::Impl::load() {
  ACTA_CHECK(load_tree());
  return load_registers();
}

Result<void> Ledger::Impl::load_tree() {
  ACTA_TRY(const std::optional<Bytes> tree, store->get(Family::meta, view(tree_key)));
  if (!tree) return {};   // nothing was ever committed
  ACTA_TRY(edge, decode_right_edge(*tree));
  if (edge.size == 0) return error(Code::damaged, "the tree state says that there is no entry");
  head = Head{edge.size, edge.root()};
  ACTA_TRY(tiles, GrowingTiles::of(edge.size, [this](unsigned level, std::uint64_t index) { return read_subtree(level, index); }));
  ACTA_TRY(const std::optional<Bytes> last, store->get(Family::entries, position_key(Position{edge.size - 1})));
  if (!last) return error(Code::damaged, "the newest entry, " + std::to_string(edge.size - 1) + ", is missing");
  ACTA_TRY(const Entry entry, decode(*last));
  last_recorded_at = entry.recorded_at;
  return {};
}

Result<void> Ledger::Impl::load_registers() {
  const auto rows = store->iterate(Family::registers);
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
    ACTA_TRY(Value value, read_value(view(rows->value())));
    registers.emplace(rows->key().ToString(), std::move(value));
  }
  if (!rows->status().ok()) return store_error("reading the registers", rows->status());
  return {};
}

Result<Hash> Ledger::Impl::read_leaf(std::uint64_t index) const {
  ACTA_TRY(const std::optional<Bytes> leaf, store->get(Family::leaves, position_key(Position{index})));
  return to_hash(leaf, "leaf hash " + std::to_string(index));
}

Result<Bytes> Ledger::Impl::read_leaves(std::uint64_t first, unsigned width) const {
  Bytes hashes;
  hashes.reserve(width * sizeof(Hash));
  const auto rows = store->iterate(Family::leaves);
  rows->Seek(slice(position_key(Position{first})));
  for (std::uint64_t at = first; at < first + width; ++at, rows->Next()) {
    const bool there = rows->Valid() && rows->key() == slice(position_key(Position{at})) && rows->value().size() == sizeof(Hash);
    if (!rows->status().ok()) return store_error("reading leaf hashes", rows->status());
    if (!there) return error(Code::damaged, "leaf hash " + std::to_string(at) + " is missing or not 32 bytes");
    put(hashes, view(rows->value()));
  }
  return hashes;
}

Result<Bytes> Ledger::Impl::fold_tiles(unsigned level, std::uint64_t first, unsigned width) const {
  Bytes roots;
  const auto rows = store->iterate(Family::tiles);
  rows->Seek(slice(tile_key(level, first)));
  for (std::uint64_t at = first; at < first + width; ++at, rows->Next()) {
    const bool there = rows->Valid() && rows->key() == slice(tile_key(level, at)) && rows->value().size() == tile_width * sizeof(Hash);
    if (!rows->status().ok()) return store_error("reading tiles", rows->status());
    if (!there) return error(Code::damaged, "tile " + std::to_string(at) + " of level " + std::to_string(level) + " is missing or not of full size");
    put(roots, view(fold_hashes(hashes_of(view(rows->value())))));
  }
  return roots;
}

Result<Hash> Ledger::Impl::read_subtree(unsigned level, std::uint64_t index) const {
  const unsigned tile_level = level / tile_height;
  const std::uint64_t width = 1ull << (level % tile_height);   // hashes of one tile that the subtree covers
  const std::uint64_t first = index * width;
  ACTA_TRY(const std::optional<Bytes> tile, store->get(Family::tiles, tile_key(tile_level, first / tile_width)));
  if (tile) {
    if (tile->size() != tile_width * 32) return error(Code::damaged, "a tile is not of full size");
    return fold_hashes(hashes_of(ByteView(*tile).subspan(first % tile_width * 32, width * 32)));
  }
  // Not in a full tile: its hashes are leaves, or roots of the full tiles one level below.
  if (tile_level == 0 && width > 1) {
    ACTA_TRY(const Bytes leaves, read_leaves(first, static_cast<unsigned>(width)));
    return fold_hashes(hashes_of(leaves));
  }
  std::vector<Hash> hashes;
  for (std::uint64_t i = first; i < first + width; ++i) {
    ACTA_TRY(const Hash hash, tile_level == 0 ? read_leaf(i) : tile_root(tile_level - 1, i));
    hashes.push_back(hash);
  }
  return fold_hashes(std::move(hashes));
}

Result<Hash> Ledger::Impl::tile_root(unsigned level, std::uint64_t index) const {
  const auto key = std::pair(level, index);
  {
    const std::lock_guard lock(tile_roots_mutex);
    if (const auto known = tile_roots.find(key); known != tile_roots.end()) return known->second;
  }
  const unsigned below = (level + 1) * tile_height - 1;
  ACTA_TRY(const Hash left, read_subtree(below, 2 * index));
  ACTA_TRY(const Hash right, read_subtree(below, 2 * index + 1));
  const Hash root = node_hash(left, right);
  const std::lock_guard lock(tile_roots_mutex);
  if (tile_roots.size() >= tile_roots_max) tile_roots.clear();
  tile_roots.emplace(key, root);
  return root;
}

Ledger::Ledger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Ledger::~Ledger() = default;

Result<std::unique_ptr<Ledger>> Ledger::open(const LedgerOptions& options) {
  auto impl = std::make_unique<Impl>();
  impl->options = options;
  if (impl->options.env == nullptr) impl->options.env = rocksdb::Env::Default();
  ACTA_TRY(impl->store, open_store(impl->options));
  ACTA_CHECK(impl->load());
  return std::unique_ptr<Ledger>(new Ledger(std::move(impl)));
}

Result<void> Ledger::commit(Batch& batch) {
  ACTA_ASSERT(impl_->options.access == Access::write);
  rocksdb::WriteOptions durable;
  durable.sync = impl_->options.sync;
  batch.impl_->put_last(*impl_->store, impl_->options.indexed);
  const Head after{batch.impl_->edge.size, batch.impl_->edge.root()};
  const rocksdb::Status status = impl_->store->db->Write(durable, &batch.impl_->writes);
  if (!status.ok()) return store_error("writing a batch", status);
  {
    const std::lock_guard lock(impl_->head_mutex);
    impl_->head = after;
  }
  impl_->grown.notify_all();
  {
    const std::lock_guard lock(impl_->overlay_mutex);
    for (const auto& [id, state] : batch.impl_->states) impl_->states.unpin(id);
    for (const CommandId& id : batch.impl_->commands) impl_->staged_commands.erase(id);
  }
  batch = Batch();
  std::vector<std::function<void(std::uint64_t)>> listeners;
  {
    const std::lock_guard lock(impl_->head_mutex);
    listeners = impl_->listeners;
  }
  for (const auto& listener : listeners) listener(after.size);
  return {};
}

Head Ledger::head() const {
  const std::lock_guard lock(impl_->head_mutex);
  return impl_->head;
}

std::uint64_t Ledger::wait_beyond(std::uint64_t size, int timeout_ms) const {
  std::unique_lock lock(impl_->head_mutex);
  impl_->grown.wait_for(lock, std::chrono::milliseconds(timeout_ms), [&] { return impl_->head.size > size; });
  return impl_->head.size;
}

void Ledger::on_commit(std::function<void(std::uint64_t size)> listener) {
  const std::lock_guard lock(impl_->head_mutex);
  impl_->listeners.push_back(std::move(listener));
}

Result<Bytes> Ledger::read_bytes(Position position) const {
  if (position.value >= head().size) return no_entry(position);
  ACTA_TRY(std::optional<Bytes> bytes, impl_->store->get(Family::entries, position_key(position)));
  if (!bytes) return error(Code::damaged, "entry " + std::to_string(position.value) + " is missing");
  return *std::move(bytes);
}

Result<Entry> Ledger::read(Position position) const {
  ACTA_TRY(const Bytes bytes, read_bytes(position));
  Result<Entry> entry = decode(bytes);
  if (!entry) entry.error().position = position.value;
  return entry;
}

Result<void> Ledger::scan(Position from, Position to, const std::function<bool(Position, ByteView)>& visit) const {
  const std::uint64_t end = std::min(to.value, head().size);
  const auto rows = impl_->store->iterate(Family::entries);
  rows->Seek(slice(position_key(from)));
  for (std::uint64_t at = from.value; at < end; ++at, rows->Next()) {
    if (!rows->Valid() || rows->key() != slice(position_key(Position{at}))) {
      if (!rows->status().ok()) return store_error("reading entries", rows->status());
      return error(Code::damaged, "entry " + std::to_string(at) + " is missing");
    }
    if (!visit(Position{at}, view(rows->value()))) return {};
  }
  return {};
}

Result<std::optional<Bytes>> Ledger::state_bytes(const CaseId& id) const { return impl_->store->get(Family::states, view(id)); }

Result<std::optional<CaseState>> Ledger::state(const CaseId& id) const {
  ACTA_TRY(const std::optional<Bytes> stored, state_bytes(id));
  if (!stored) return std::optional<CaseState>();
  ACTA_TRY(CaseState state, decode_case_state(*stored));
  return std::optional<CaseState>(std::move(state));
}

Result<std::vector<Position>> Ledger::positions_of(const CaseId& id) const {
  std::vector<Position> positions;
  const std::uint64_t size = head().size;
  const auto rows = impl_->store->iterate(Family::cases);
  for (rows->Seek(slice(view(id))); rows->Valid() && rows->key().starts_with(slice(view(id))); rows->Next()) {
    ByteReader key(view(rows->key()));
    key.take(20);
    const Position position{key.be64()};
    if (key.done() && position.value < size) positions.push_back(position);
  }
  if (!rows->status().ok()) return store_error("reading the case index", rows->status());
  std::sort(positions.begin(), positions.end());
  return positions;
}

std::optional<SeenCommand> Ledger::command(const CommandId& id) const {
  const auto stored = impl_->store->get(Family::commands, view(id));
  // An unreadable index must never look like an unused key: the same command would be written twice.
  ACTA_ASSERT(stored);
  if (!*stored) return std::nullopt;
  const auto seen = decode_seen_command(**stored);
  ACTA_ASSERT(seen);
  return *seen;
}

std::optional<Value> Ledger::reg(std::string_view name) const {
  const auto stored = impl_->store->get(Family::registers, view(name));
  if (!stored || !*stored) return std::nullopt;
  auto value = read_value(**stored);
  if (!value) return std::nullopt;
  return *std::move(value);
}

Result<Hash> Ledger::leaf(Position position) const {
  if (position.value >= head().size) return no_entry(position);
  return impl_->read_leaf(position.value);
}

SubtreeReader Ledger::subtree_reader() const {
  return [impl = impl_.get()](unsigned level, std::uint64_t index) { return impl->read_subtree(level, index); };
}

Result<Bytes> Ledger::tile(unsigned level, std::uint64_t index, unsigned width) const {
  ACTA_TRY(std::optional<Bytes> full, impl_->store->get(Family::tiles, tile_key(level, index)));
  if (!full) return level == 0 ? impl_->read_leaves(index * tile_width, width) : impl_->fold_tiles(level - 1, index * tile_width, width);
  if (full->size() != tile_width * sizeof(Hash)) return error(Code::damaged, "a tile is not of full size");
  full->resize(width * sizeof(Hash));
  return *std::move(full);
}

Result<bool> Ledger::published_between(std::uint64_t from, std::uint64_t to) const {
  const auto rows = impl_->store->iterate(Family::meta);
  rows->Seek(slice(published_key(from)));
  if (!rows->status().ok()) return store_error("reading the published sizes", rows->status());
  if (rows->Valid() && view(rows->key()).size() == published_key(0).size() && rows->key().compare(slice(published_key(to))) < 0) return true;
  // Ledgers told before sizes were kept have their newest checkpoint alone.
  const auto newest = impl_->store->get(Family::meta, view(checkpoint_key));
  if (!newest) return newest.error();
  const std::uint64_t size = *newest ? ByteReader(**newest).be64() : 0;
  return size >= from && size < to;
}

std::optional<std::string> Ledger::stored_checkpoint() const {
  const auto stored = impl_->store->get(Family::meta, view(checkpoint_key));
  if (!stored || !*stored || (*stored)->size() < 8) return std::nullopt;
  return std::string(text_view(ByteView(**stored).subspan(8)));
}

std::uint64_t Ledger::stored_signed_size() const {
  const auto stored = impl_->store->get(Family::meta, view(checkpoint_key));
  if (!stored || !*stored || (*stored)->size() < 8) return 0;
  return ByteReader(**stored).be64();
}

Result<void> Ledger::store_checkpoint(std::uint64_t size, const std::string& note) {
  Bytes record;
  put_be64(record, size);
  put(record, view(std::string_view(note)));
  rocksdb::WriteBatch writes;
  const auto meta = impl_->store->family(Family::meta);
  writes.Put(meta, slice(view(checkpoint_key)), slice(record));
  writes.Put(meta, slice(published_key(size)), {});
  rocksdb::WriteOptions durable;
  durable.sync = impl_->options.sync;
  const rocksdb::Status status = impl_->store->db->Write(durable, &writes);
  if (!status.ok()) return store_error("writing a checkpoint", status);
  return {};
}

std::optional<std::string> Ledger::stored_cosigned() const {
  const auto stored = impl_->store->get(Family::meta, view(cosigned_key));
  if (!stored || !*stored) return std::nullopt;
  return std::string(text_view(**stored));
}

Result<void> Ledger::store_cosigned(const std::string& note) {
  rocksdb::WriteOptions durable;
  durable.sync = impl_->options.sync;
  const rocksdb::Status status = impl_->store->db->Put(durable, impl_->store->family(Family::meta), slice(view(cosigned_key)), note);
  if (!status.ok()) return store_error("writing a cosigned checkpoint", status);
  return {};
}

Result<void> Ledger::copy_to(const std::string& folder) const {
  rocksdb::Checkpoint* raw = nullptr;
  rocksdb::Status status = rocksdb::Checkpoint::Create(impl_->store->db.get(), &raw);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(raw);
  if (status.ok()) status = checkpoint->CreateCheckpoint(folder);
  if (!status.ok()) return store_error("copying the ledger to " + folder, status);
  return {};
}

Result<void> Ledger::close() {
  if (impl_->options.access != Access::write) return {};
  rocksdb::FlushOptions options;
  std::vector<rocksdb::ColumnFamilyHandle*> families(impl_->store->families.begin(), impl_->store->families.end());
  rocksdb::Status status = impl_->store->db->Flush(options, families);
  if (status.ok()) status = impl_->store->db->SyncWAL();
  if (!status.ok()) return store_error("flushing at close", status);
  return {};
}

}  // namespace acta
