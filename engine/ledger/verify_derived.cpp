// What is stored beside the entries must equal what the entries give: states, indexes, registers, and nothing more.

#include <algorithm>

#include "engine/ledger/verify_impl.h"
#include "events/value.h"

namespace acta {
namespace {

template <class Identifier>
std::optional<Identifier> id_in(ByteView key) {
  if (key.size() != 16) return std::nullopt;
  Identifier id;
  std::copy(key.begin(), key.end(), id.bytes.begin());
  return id;
}

// Where a replay met a fault the digest that the newest sound entry carries is the best there is.
bool is_state_of(const CaseState& stored, const Replay& replay) {
  if (replay.whole) return stored == replay.state;
  return stored.revision == replay.state.revision && replay.claimed == state_digest(stored);
}

using Missing = std::vector<std::pair<Position, std::string>>;

Missing sorted(Missing missing) {
  std::sort(missing.begin(), missing.end());
  return missing;
}

struct CaseRow {
  CaseId id;
  Revision revision = 0;
  Position position;
};

std::optional<CaseRow> case_row_in(ByteView key) {
  const auto id = id_in<CaseId>(key.first(std::min<std::size_t>(key.size(), 16)));
  if (!id) return std::nullopt;
  ByteReader in(key.subspan(16));
  const CaseRow row{.id = *id, .revision = in.be32(), .position = Position{in.be64()}};
  return in.done() ? std::optional(row) : std::nullopt;
}

}  // namespace

std::uint64_t VerifyRun::each_row(Family family, const std::string& what, const std::function<void(ByteView key, ByteView value)>& row) {
  std::uint64_t found = 0;
  const auto rows = store->iterate(family);
  for (rows->SeekToFirst(); rows->Valid(); rows->Next(), ++found) row(view(rows->key()), view(rows->value()));
  if (!rows->status().ok()) find_unreadable(std::nullopt, what, rows->status());
  return found;
}

void VerifyRun::check_derived() {
  std::erase_if(replays, [](const auto& item) { return item.second.state.revision == 0; });
  report.cases = replays.size();
  check_states();
  check_commands();
  check_registers();
  check_case_rows();
  check_leaf_rows();
  check_tile_rows();
  check_meta_rows();
}

void VerifyRun::check_states() {
  each_row(Family::states, "stored state", [this](ByteView key, ByteView value) {
    const auto id = id_in<CaseId>(key);
    const auto replayed = id ? replays.find(*id) : replays.end();
    if (replayed == replays.end()) return find(std::nullopt, "stored state", "of a case no entry knows, " + to_hex(key));
    const auto stored = decode_case_state(value);
    if (!stored || !is_state_of(*stored, replayed->second)) find(unless_changed_later(replayed->second.last.value_or(Position{})), "stored state", "of case " + to_text(*id) + " is not what a replay gives");
    replays.erase(replayed);
  });
  Missing missing;
  for (const auto& [id, replayed] : replays) missing.emplace_back(replayed.last.value_or(Position{}), to_text(id));
  for (const auto& [position, id] : sorted(std::move(missing))) find(position, "stored state", "of case " + id + " is missing");
}

void VerifyRun::check_commands() {
  each_row(Family::commands, "command index", [this](ByteView key, ByteView value) {
    const auto id = id_in<CommandId>(key);
    const auto known = id ? commands.find(*id) : commands.end();
    const auto stored = decode_seen_command(value);
    if (known == commands.end() && stored && is_bad(stored->first)) return;
    if (known == commands.end()) return find(stored ? std::optional(stored->first) : std::nullopt, "command index", "a row of a command no entry knows, " + to_hex(key));
    if (!stored || stored->first != known->second.first || stored->count != known->second.count) find(known->second.first, "command index", "the row of its command does not lead to it");
    commands.erase(known);
  });
  Missing missing;
  for (const auto& [id, known] : commands) missing.emplace_back(known.first, to_text(id));
  for (const auto& [position, id] : sorted(std::move(missing))) find(position, "command index", "the row of its command " + id + " is missing");
}

void VerifyRun::check_registers() {
  each_row(Family::registers, "register", [this](ByteView key, ByteView value) {
    const std::string name(text_view(key));
    const auto known = registers.find(name);
    if (known == registers.end()) return find(std::nullopt, "register", "`" + name + "` was set by no entry");
    const auto stored = read_value(value);
    if (!stored || *stored != known->second.value) find(unless_changed_later(known->second.set_by), "register", "`" + name + "` is not what the entries give");
    registers.erase(known);
  });
  for (const auto& [name, known] : registers) find(unless_changed_later(known.set_by), "register", "`" + name + "` is missing");
}

void VerifyRun::check_case_rows() {
  const std::uint64_t found = each_row(Family::cases, "case index", [](ByteView, ByteView) {});
  if (found != case_rows) each_row(Family::cases, "case index", [this](ByteView key, ByteView) { check_case_row_leads(key); });
}

// Only asked where there are more rows than entries account for: it reads each entry once more.
void VerifyRun::check_case_row_leads(ByteView key) {
  const auto row = case_row_in(key);
  if (!row) return find(std::nullopt, "case index", "a row that is none, " + to_hex(key));
  const auto bytes = store->get(Family::entries, position_key(row->position));
  const auto entry = bytes && *bytes ? decode(**bytes) : Result<Entry>(error(Code::not_found, ""));
  if (!entry || entry->case_id != row->id || entry->revision.value_or(0) != row->revision) find(row->position, "case index", "a row of case " + to_text(row->id) + " leads to an entry that is not its own");
}

void VerifyRun::check_leaf_rows() {
  each_row(Family::leaves, "leaf hash", [this](ByteView key, ByteView) {
    const auto position = position_in(key);
    if (!position || position->value >= claimed_size) find(position, "leaf hash", "a leaf hash that the tree does not count, under key " + to_hex(key));
  });
}

void VerifyRun::check_tile_rows() {
  each_row(Family::tiles, "tile", [this](ByteView key, ByteView) {
    ByteReader in(key);
    const std::uint8_t level = in.u8();
    const std::uint64_t index = in.be64();
    const unsigned shift = (level + 1u) * tile_height;
    if (!in.done() || shift >= 64 || index >= claimed_size >> shift) find(std::nullopt, "tile", "a tile that the tree does not have, under key " + to_hex(key));
  });
}

void VerifyRun::check_published(ByteView key) {
  ByteReader in(key.subspan(published_prefix.size()));
  const std::uint64_t size = in.be64();
  if (!in.done() || size > claimed_size) find(std::nullopt, "checkpoint", "a published size that the ledger never had, under key " + to_hex(key));
}

void VerifyRun::check_meta_rows() {
  each_row(Family::meta, "store", [this](ByteView key, ByteView) {
    const std::string_view name = text_view(key);
    if (name.starts_with(published_prefix)) return check_published(key);
    if (name != format_key && name != tree_key && name != checkpoint_key && name != cosigned_key) find(std::nullopt, "store", "a record that is none of the ledger's, under key " + to_hex(key));
  });
}

}  // namespace acta
