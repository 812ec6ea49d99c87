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
}

void put_case_row(rocksdb::WriteBatch& writes, const Store& store, const Entry& entry) {
  if (!entry.case_id) return;
  writes.Put(store.family(Family::cases), slice(case_key(*entry.case_id, entry.revision.value_or(0), entry.position)), rocksdb::Slice());
}

void fold_registers(std::map<std::string, Value>& registers, const Effect& effect) {
  for (const Change& change : effect.registers) {
    if (change.value) registers.insert_or_assign(change.name, *change.value);
    else registers.erase(change.name);
  }
}

void put_registers(rocksdb::WriteBatch& writes, const Store& store, const Effect& effect) {
  for (const Change& change : effect.registers) {
    if (!change.value) {
      writes.Delete(store.family(Family::registers), change.name);
      continue;
    }
    Bytes value;
    put_value(value, *change.value);
    writes.Put(store.family(Family::registers), change.name, slice(value));
  }
}

}  // namespace

void Batch::Impl::put_last(const Store& store, bool indexed) {
  writes.Put(store.family(Family::meta), slice(view(tree_key)), slice(encode(edge)));
  if (!indexed) return;
  for (const auto& [id, state] : states) writes.Put(store.family(Family::states), slice(view(id)), slice(encode(*state)));
}

Batch::Batch() : impl_(std::make_unique<Impl>()) {}
Batch::~Batch() = default;
Batch::Batch(Batch&&) noexcept = default;
Batch& Batch::operator=(Batch&&) noexcept = default;
bool Batch::empty() const { return impl_->entries == 0; }
std::size_t Batch::entries() const { return impl_->entries; }

std::uint64_t Ledger::staged_size() const { return impl_->edge.size; }
Instant Ledger::last_recorded_at() const { return impl_->last_recorded_at; }
const std::map<std::string, Value>& Ledger::registers() const { return impl_->registers; }

Result<SharedState> Ledger::staged_state(const CaseId& id) {
  {
    const std::lock_guard lock(impl_->overlay_mutex);
    if (auto cached = impl_->states.find(id)) return cached;
  }
  ACTA_TRY(std::optional<CaseState> stored, state(id));
  if (!stored) return SharedState();
  auto shared = std::make_shared<const CaseState>(*std::move(stored));
  const std::lock_guard lock(impl_->overlay_mutex);
  impl_->states.put(shared);
  return shared;
}

std::optional<SeenCommand> Ledger::staged_command(const CommandId& id) {
  {
    const std::lock_guard lock(impl_->overlay_mutex);
    const auto found = impl_->staged_commands.find(id);
    if (found != impl_->staged_commands.end()) return found->second;
  }
  return command(id);
}

Result<void> Ledger::prepare_case(Entry& entry, std::map<CaseId, SharedState>& states) {
  if (!changes_case(entry)) return {};
  SharedState& known = states[*entry.case_id];
  if (!known) {
    ACTA_TRY(known, staged_state(*entry.case_id));
  }
  static const CaseState none;
  ACTA_TRY(CaseState after, apply_unchecked(known ? *known : none, entry));
  if (!entry.effect) entry.effect.emplace();
  entry.effect->state = state_digest(after);
  known = std::make_shared<const CaseState>(std::move(after));
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
  if (impl_->options.indexed) impl_->put_indexes(prepared, *batch.impl_);
  impl_->remember(prepared, *batch.impl_);
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
  into.edge = edge;
}

void Ledger::Impl::remember(const Prepared& prepared, Batch::Impl& into) {
  const std::lock_guard lock(overlay_mutex);
  for (const auto& [id, state] : prepared.states) {
    states.put(state);
    if (into.states.insert_or_assign(id, state).second) states.pin(id);
  }
  for (const Entry& entry : prepared.entries) {
    if (entry.effect) fold_registers(registers, *entry.effect);
    if (!entry.command || entry.command->index != 0) continue;
    into.commands.push_back(entry.command->id);
    staged_commands.insert_or_assign(entry.command->id, SeenCommand{entry.position, entry.command->count});
  }
}

void Ledger::Impl::put_indexes(const Prepared& prepared, Batch::Impl& into) const {
  for (const Entry& entry : prepared.entries) {
    put_case_row(into.writes, *store, entry);
    if (entry.effect) put_registers(into.writes, *store, *entry.effect);
    if (!entry.command || entry.command->index != 0) continue;
    into.writes.Put(store->family(Family::commands), slice(view(entry.command->id)), slice(encode(SeenCommand{entry.position, entry.command->count})));
  }
}

}  // namespace acta
