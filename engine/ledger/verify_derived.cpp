// What is stored beside the entries must equal what the entries give: states, registers, and nothing more.

#include <algorithm>

#include "engine/ledger/verify_impl.h"
#include "events/value.h"

namespace acta {
namespace {

// Where a replay met a fault the digest that the newest sound entry carries is the best there is.
bool is_state_of(ByteView stored, const Replay& replay) {
  const Bytes replayed = encode(replay.state);
  if (replay.whole) return std::equal(stored.begin(), stored.end(), replayed.begin(), replayed.end());
  const auto state = decode_case_state(stored);
  return state && state->revision == replay.state.revision && replay.claimed == state_digest(*state);
}

Bytes bytes_of(const Value& value) {
  Bytes out;
  put_value(out, value);
  return out;
}

using Missing = std::vector<std::pair<Position, std::string>>;

Missing sorted(Missing missing) {
  std::sort(missing.begin(), missing.end());
  return missing;
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
  if (!options.hashes_only) {
    std::erase_if(replays, [](const auto& item) { return item.second.state.revision == 0; });
    report.cases = replays.size();
    check_states();
    check_registers();
    check_indexes();
  }
  check_leaf_rows();
  check_tile_rows();
  check_meta_rows();
}

void VerifyRun::check_states() {
  each_row(Family::states, "stored state", [this](ByteView key, ByteView value) {
    const auto id = id_in<CaseId>(key);
    const auto replayed = id ? replays.find(*id) : replays.end();
    if (replayed == replays.end()) return find(std::nullopt, "stored state", "of a case no entry knows, " + to_hex(key));
    if (!is_state_of(value, replayed->second)) find(unless_changed_later(replayed->second.last.value_or(Position{})), "stored state", "of case " + to_text(*id) + " is not what a replay gives");
    replays.erase(replayed);
  });
  Missing missing;
  for (const auto& [id, replayed] : replays) missing.emplace_back(replayed.last.value_or(Position{}), to_text(id));
  for (const auto& [position, id] : sorted(std::move(missing))) find(position, "stored state", "of case " + id + " is missing");
}

void VerifyRun::check_registers() {
  each_row(Family::registers, "register", [this](ByteView key, ByteView value) {
    const std::string name(text_view(key));
    const auto known = registers.find(name);
    if (known == registers.end()) return find(std::nullopt, "register", "`" + name + "` was set by no entry");
    const Bytes wanted = bytes_of(known->second.value);
    if (!std::equal(value.begin(), value.end(), wanted.begin(), wanted.end())) find(unless_changed_later(known->second.set_by), "register", "`" + name + "` is not what the entries give");
    registers.erase(known);
  });
  for (const auto& [name, known] : registers) find(unless_changed_later(known.set_by), "register", "`" + name + "` is missing");
}

void VerifyRun::check_leaf_rows() {
  const auto find_odd = [this](ByteView key) { find(position_in(key), "leaf hash", "a leaf hash that the tree does not count, under key " + to_hex(key)); };
  for (const Bytes& key : odd_leaves) find_odd(key);
  const auto rows = store->iterate(Family::leaves);
  for (rows->Seek(slice(position_key(Position{claimed_size}))); rows->Valid(); rows->Next()) find_odd(view(rows->key()));
  if (!rows->status().ok()) find_unreadable(std::nullopt, "leaf hash", rows->status());
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

void VerifyRun::check_published(ByteView key, ByteView value) {
  ByteReader in(key.subspan(published_prefix.size()));
  const std::uint64_t size = in.be64();
  if (!value.empty()) find(std::nullopt, "checkpoint", "the row of a published size is not empty, under key " + to_hex(key));
  if (!in.done() || size > claimed_size) find(std::nullopt, "checkpoint", "a published size that the ledger never had, under key " + to_hex(key));
}

void VerifyRun::check_meta_rows() {
  each_row(Family::meta, "store", [this](ByteView key, ByteView value) {
    const std::string_view name = text_view(key);
    if (name.starts_with(published_prefix)) return check_published(key, value);
    if (name != format_key && name != tree_key && name != checkpoint_key && name != cosigned_key) find(std::nullopt, "store", "a record that is none of the ledger's, under key " + to_hex(key));
  });
}

}  // namespace acta
