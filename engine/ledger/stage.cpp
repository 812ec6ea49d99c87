// Staging: from entries to the writes of one batch. All or nothing: nothing shared changes before every entry is sound.

#include "engine/ledger/ledger_impl.h"
#include "events/value.h"

namespace acta {
namespace {

bool changes_case(const Entry& entry) { return entry.case_id && (entry.kind == Kind::event || entry.kind == Kind::notice); }

Error stale(Position given, std::uint64_t next) {
  return error(Code::stale, "an entry for position " + std::to_string(given.value) + " cannot be appended: the next one is " + std::to_string(next));
}

void put_entry(rocksdb::WriteBatch& writes, const Store& store, const Entry& entry, ByteView bytes, const Hash& leaf) {
  const Bytes key = position_key(entry.position);
  writes.Put(store.family(Family::entries), slice(key), slice(bytes));
  writes.Put(store.family(Family::leaves), slice(key), slice(view(leaf)));
  if (entry.case_id) writes.Put(store.family(Family::cases), slice(case_key(*entry.case_id, entry.revision.value_or(0), entry.position)), rocksdb::Slice());
}

void put_registers(rocksdb::WriteBatch& writes, const Store& store, std::map<std::string, Value>& registers, const Effect& effect) {
  for (const Change& change : effect.registers) {
    if (!change.value) {
      registers.erase(change.name);
      writes.Delete(store.family(Family::registers), change.name);
      continue;
    }
    registers.insert_or_assign(change.name, *change.value);
    Bytes value;
    put_value(value, *change.value);
    writes.Put(store.family(Family::registers), change.name, slice(value));
  }
}

}  // namespace

Batch::Batch() : impl_(std::make_unique<Impl>()) {}
Batch::~Batch() = default;
Batch::Batch(Batch&&) noexcept = default;
Batch& Batch::operator=(Batch&&) noexcept = default;
bool Batch::empty() const { return impl_->entries == 0; }
std::size_t Batch::entries() const { return impl_->entries; }

std::uint64_t Ledger::staged_size() const { return impl_->edge.size; }
Instant Ledger::last_recorded_at() const { return impl_->last_recorded_at; }
const std::map<std::string, Value>& Ledger::registers() const { return impl_->registers; }

Result<std::optional<CaseState>> Ledger::staged_state(const CaseId& id) {
  {
    const std::lock_guard lock(impl_->overlay_mutex);
    if (const CaseState* cached = impl_->states.find(id)) return std::optional<CaseState>(*cached);
  }
  ACTA_TRY(std::optional<CaseState> stored, state(id));
  if (stored) {
    const std::lock_guard lock(impl_->overlay_mutex);
    impl_->states.put_clean(*stored);
  }
  return stored;
}

std::optional<SeenCommand> Ledger::staged_command(const CommandId& id) {
  {
    const std::lock_guard lock(impl_->overlay_mutex);
    const auto found = impl_->staged_commands.find(id);
    if (found != impl_->staged_commands.end()) return found->second;
  }
  return command(id);
}

Result<void> Ledger::prepare_case(Entry& entry, std::map<CaseId, CaseState>& states) {
  if (!changes_case(entry)) return {};
  auto known = states.find(*entry.case_id);
  if (known == states.end()) {
    ACTA_TRY(std::optional<CaseState> before, staged_state(*entry.case_id));
    known = states.emplace(*entry.case_id, before.value_or(CaseState{})).first;
  }
  ACTA_TRY(known->second, apply_unchecked(known->second, entry));
  if (!entry.effect) entry.effect.emplace();
  entry.effect->state = state_digest(known->second);
  return {};
}

Result<void> Ledger::stage(std::vector<Entry> entries, Batch& batch) {
  if (entries.empty()) return {};
  Prepared prepared{.entries = std::move(entries), .bytes = {}, .states = {}};
  std::uint64_t next = impl_->edge.size;
  Instant last = impl_->last_recorded_at;
  for (Entry& entry : prepared.entries) {
    if (entry.position.value != next) return stale(entry.position, next);
    if (entry.recorded_at < last) return error(Code::damaged, "recorded_at may not decrease");
    ACTA_CHECK(prepare_case(entry, prepared.states));
    ACTA_TRY(Bytes bytes, encode(entry));
    prepared.bytes.push_back(std::move(bytes));
    last = entry.recorded_at;
    ++next;
  }
  impl_->put_tree(prepared, *batch.impl_);
  impl_->put_indexes(prepared, *batch.impl_);
  return {};
}

void Ledger::Impl::put_tree(const Prepared& prepared, Batch::Impl& into) {
  for (std::size_t i = 0; i < prepared.entries.size(); ++i) {
    const Hash leaf = leaf_hash(prepared.bytes[i]);
    put_entry(into.writes, *store, prepared.entries[i], prepared.bytes[i], leaf);
    edge.append(leaf);
    for (const FullTile& tile : tiles.append(leaf)) into.writes.Put(store->family(Family::tiles), slice(tile_key(tile.level, tile.index)), slice(tile.hashes));
  }
  last_recorded_at = prepared.entries.back().recorded_at;
  into.entries += prepared.entries.size();
  into.after = Head{edge.size, edge.root()};
  into.writes.Put(store->family(Family::meta), slice(view(tree_key)), slice(encode(edge)));
}

void Ledger::Impl::put_indexes(const Prepared& prepared, Batch::Impl& into) {
  const std::lock_guard lock(overlay_mutex);
  for (const auto& [id, state] : prepared.states) {
    into.writes.Put(store->family(Family::states), slice(view(id)), slice(encode(state)));
    into.cases.push_back(id);
    states.put_pinned(state);
  }
  for (const Entry& entry : prepared.entries) {
    if (entry.effect) put_registers(into.writes, *store, registers, *entry.effect);
    if (!entry.command || entry.command->index != 0) continue;
    const SeenCommand seen{entry.position, entry.command->count};
    into.writes.Put(store->family(Family::commands), slice(view(entry.command->id)), slice(encode(seen)));
    into.commands.push_back(entry.command->id);
    staged_commands.insert_or_assign(entry.command->id, seen);
  }
}

}  // namespace acta
