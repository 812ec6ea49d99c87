// A hostile administrator with the database's own tools, at every kind of row, with every kind of act, at many positions: all of
// it must be found, and the positions named that were touched, and no others. ACTA_LONG=1: thousands of rounds.

#include <rocksdb/env.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/write_batch.h>

#include <cstdlib>
#include <random>
#include <set>

#include "engine/disk.h"
#include "engine/ledger/stretch.h"
#include "tests/engine/ledger/told_ledger.h"

using namespace acta;

namespace {

using RowKey = std::pair<Family, Bytes>;
using Rows = std::map<RowKey, Bytes>;
using Positions = std::set<std::uint64_t>;
using Dice = std::mt19937_64;

const std::vector<std::pair<Family, std::string>> families = {{Family::meta, "meta"}, {Family::entries, "entries"}, {Family::cases, "case index"}, {Family::commands, "command index"},
                                                              {Family::leaves, "leaf hashes"}, {Family::tiles, "tiles"}, {Family::states, "states"}, {Family::registers, "registers"}};

int rounds_of_each() { return std::getenv("ACTA_LONG") ? 40 : 1; }
std::uint64_t throw_dice(Dice& dice, std::uint64_t sides) { return dice() % sides; }

Bytes key_of(ByteView bytes) { return {bytes.begin(), bytes.end()}; }
const Bytes tree_row = key_of(view(tree_key)), checkpoint_row = key_of(view(checkpoint_key));

Rows rows_of(const Store& store) {
  Rows rows;
  for (const auto& [family, name] : families) {
    const auto stored = store.iterate(family);
    for (stored->SeekToFirst(); stored->Valid(); stored->Next()) rows.emplace(RowKey{family, key_of(view(stored->key()))}, key_of(view(stored->value())));
    REQUIRE(stored->status().ok());
  }
  return rows;
}

std::optional<std::uint64_t> position_of(const Bytes& key) {
  const auto position = position_in(key);
  return position ? std::optional(position->value) : std::nullopt;
}

// Events, notices, refusals, and commands of two entries, of some cases; two full tiles and a bit.
void tell_everything(ToldLedger& told, std::uint64_t until) {
  while (told.size() < until) {
    const std::uint64_t at = told.size();
    const CaseId id = told_case(at % 11);
    std::vector<Entry> entries = {told.entry(Kind::event, id, at)};
    if (at % 5 == 0) entries.push_back(told.entry(Kind::notice, id, at + 1));
    if (at % 7 == 0) entries.push_back(told.entry(Kind::refusal, id, at + entries.size()));
    if (entries.size() == 2) {
      entries[0].command = told.command_at(at, 0, 2);
      entries[1].command = told.command_at(at + 1, 1, 2);
    }
    told.append(std::move(entries));
  }
}

// The ledger of before and of now, row by row, and what each row is about.
struct Sound {
  Rows older, now;
  Bytes older_head, head;
  std::uint64_t older_size = 0, size = 0;
  std::shared_ptr<const SigningKey> key;
  std::map<Bytes, std::uint64_t> last_of_case, first_of_command, set_register;

  Sound() {
    ToldLedger told;
    key = told.key;
    tell_everything(told, 330);
    keep(told, older, older_head, older_size);
    told.open();
    tell_everything(told, 600);
    keep(told, now, head, size);
    for (const auto& [row, bytes] : now)
      if (row.first == Family::entries) index(*decode(bytes));
  }
  static void keep(ToldLedger& told, Rows& rows, Bytes& head, std::uint64_t& size) {
    size = told.size();
    told.stop();
    auto store = open_store({.folder = told.folder, .env = rocksdb::Env::Default(), .access = Access::read, .create = false, .sync = true});
    REQUIRE(store);
    rows = rows_of(**store);
    head = *read_file(*rocksdb::Env::Default(), told.head_file);
  }
  void index(const Entry& entry) {
    const std::uint64_t at = entry.position.value;
    if (entry.case_id) last_of_case[key_of(view(*entry.case_id))] = at;
    if (entry.command && entry.command->index == 0) first_of_command[key_of(view(entry.command->id))] = at;
    if (!entry.effect) return;
    for (const Change& change : entry.effect->registers) set_register[bytes_of(change.name)] = at;
  }
};

const Sound& sound() {
  static const Sound held;
  return held;
}

// --- what has to be named

Positions known(const std::map<Bytes, std::uint64_t>& in, const Bytes& key) {
  const auto found = in.find(key);
  return found == in.end() ? Positions{} : Positions{found->second};
}

Positions at_key(const Bytes& key) {
  const auto position = position_of(key);
  return position ? Positions{*position} : Positions{};
}

Positions of_tile(const Bytes& key, const std::optional<Bytes>& value) {
  const auto before = sound().now.find({Family::tiles, key});
  if (before == sound().now.end()) return {};
  const std::uint64_t first = position_of(Bytes(key.begin() + 1, key.end())).value() * tile_width;
  if (!value || value->size() != before->second.size()) return {first};
  Positions named;
  for (std::uint64_t i = 0; i < tile_width; ++i)
    if (!std::equal(value->begin() + static_cast<std::ptrdiff_t>(32 * i), value->begin() + static_cast<std::ptrdiff_t>(32 * (i + 1)), before->second.begin() + static_cast<std::ptrdiff_t>(32 * i))) named.insert(first + i);
  return named;
}

Positions of_command(const Bytes& key, const std::optional<Bytes>& value) {
  if (sound().first_of_command.contains(key)) return known(sound().first_of_command, key);
  const auto stored = decode_seen_command(value.value_or(Bytes{}));
  return stored ? Positions{stored->first.value} : Positions{};
}

// Where in a ledger a row belongs that was changed to `value`; nothing: it is gone.
Positions touched(const RowKey& row, const std::optional<Bytes>& value) {
  const auto& [family, key] = row;
  switch (family) {
    case Family::entries:
    case Family::leaves: return at_key(key);
    case Family::tiles: return of_tile(key, value);
    case Family::cases: return key.size() == 28 ? at_key(Bytes(key.end() - 8, key.end())) : Positions{};
    case Family::commands: return of_command(key, value);
    case Family::states: return known(sound().last_of_case, key);
    case Family::registers: return known(sound().set_register, key);
    case Family::meta: break;
  }
  return {};
}

// --- the database in his hands: in memory, and put right again after each round

using Changes = std::map<RowKey, std::optional<Bytes>>;

class Place {
 public:
  Place() : disk_(rocksdb::NewMemEnv(rocksdb::Env::Default())) {
    Changes all;
    for (const auto& [row, value] : sound().now) all[row] = value;
    write(all, true);
    set_head(sound().head);
  }
  void set_head(const Bytes& note) const { REQUIRE(rocksdb::WriteStringToFile(disk_.get(), std::string(text_view(note)), "/head").ok()); }
  void change(const Changes& changes) { write(changes, false); }
  void put_right(const Changes& changes) {
    Changes back;
    for (const auto& [row, value] : changes) {
      const auto before = sound().now.find(row);
      back[row] = before == sound().now.end() ? std::nullopt : std::optional(before->second);
    }
    write(back, false);
  }
  VerifyOptions options() const { return {.folder = "/ledger", .head_file = "/head", .data_name = "campaign", .env = disk_.get(), .key = sound().key->public_key(), .progress = {}}; }
  // Also where the folder is not taken for a ledger at all.
  VerifyReport check(const VerifyOptions& options) const {
    auto report = verify(options);
    if (report) return *std::move(report);
    VerifyReport refused;
    refused.verdict = Verdict::tampered;
    refused.findings.push_back({.position = {}, .what = "store", .detail = report.error().message});
    return refused;
  }

 private:
  // Without the ledger's own code, which opens no folder that lacks its format.
  void write(const Changes& changes, bool create) const {
    if (create) REQUIRE(open_store({.folder = "/ledger", .env = disk_.get(), .access = Access::write, .create = true, .sync = true}));
    rocksdb::Options options;
    options.env = disk_.get();
    options.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
    std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
    for (const char* name : {"default", "entries", "cases", "commands", "leaves", "tiles", "states", "registers"}) descriptors.emplace_back(name, options);
    Store store;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    const auto status = rocksdb::DB::Open(options, "/ledger", descriptors, &handles, &opened);
    if (!status.ok()) FAIL(status.ToString());
    store.db.reset(opened);
    std::copy(handles.begin(), handles.end(), store.families.begin());
    rocksdb::WriteBatch batch;
    for (const auto& [row, value] : changes) {
      auto* family = store.family(row.first);
      if (value) REQUIRE(batch.Put(family, slice(row.second), slice(*value)).ok());
      else REQUIRE(batch.Delete(family, slice(row.second)).ok());
    }
    REQUIRE(store.db->Write({}, &batch).ok());
  }

  std::unique_ptr<rocksdb::Env> disk_;
};

// --- the acts

RowKey any_row(Dice& dice, Family family) {
  std::vector<const RowKey*> rows;
  for (const auto& [row, value] : sound().now)
    if (row.first == family) rows.push_back(&row);
  REQUIRE_FALSE(rows.empty());
  return *rows[throw_dice(dice, rows.size())];
}

const Bytes& value_of(const RowKey& row) { return sound().now.at(row); }

Bytes flipped(Dice& dice, Bytes bytes) {
  if (bytes.empty()) return {1};
  bytes[throw_dice(dice, bytes.size())] ^= static_cast<std::uint8_t>(1u << throw_dice(dice, 8));
  return bytes;
}

Bytes longer(Bytes bytes) {
  bytes.push_back(0);
  return bytes;
}

Bytes shorter(Bytes bytes) {
  if (!bytes.empty()) bytes.pop_back();
  return bytes;
}

Changes with_key(const RowKey& row, Bytes key) { return {{{row.first, std::move(key)}, value_of(row)}}; }

struct Act {
  std::string name;
  std::function<Changes(Dice&, Family)> changes;
};

const std::vector<Act> acts = {
    {"change", [](Dice& dice, Family family) { const RowKey row = any_row(dice, family); return Changes{{row, flipped(dice, value_of(row))}}; }},
    {"lengthen", [](Dice& dice, Family family) { const RowKey row = any_row(dice, family); return Changes{{row, longer(value_of(row))}}; }},
    {"shorten", [](Dice& dice, Family family) { const RowKey row = any_row(dice, family); return Changes{{row, shorter(value_of(row))}}; }},
    {"empty", [](Dice& dice, Family family) { return Changes{{any_row(dice, family), Bytes{}}}; }},
    {"delete", [](Dice& dice, Family family) { return Changes{{any_row(dice, family), std::nullopt}}; }},
    {"swap", [](Dice& dice, Family family) { const RowKey one = any_row(dice, family), other = any_row(dice, family); return Changes{{one, value_of(other)}, {other, value_of(one)}}; }},
    {"duplicate over another", [](Dice& dice, Family family) { const RowKey one = any_row(dice, family); return Changes{{one, value_of(any_row(dice, family))}}; }},
    {"duplicate under another key", [](Dice& dice, Family family) { const RowKey row = any_row(dice, family); return with_key(row, flipped(dice, row.second)); }},
    {"duplicate under a longer key", [](Dice& dice, Family family) { const RowKey row = any_row(dice, family); return with_key(row, longer(row.second)); }},
    {"duplicate under a shorter key", [](Dice& dice, Family family) { const RowKey row = any_row(dice, family); return with_key(row, shorter(row.second)); }},
    {"put back as it was before", [](Dice& dice, Family family) {
       const RowKey row = any_row(dice, family);
       const auto before = sound().older.find(row);
       return Changes{{row, before == sound().older.end() ? std::nullopt : std::optional(before->second)}};
     }},
};

// Without what changes nothing, as a swap of two rows that are the same.
Changes real(Changes changes) {
  std::erase_if(changes, [](const auto& change) {
    const auto before = sound().now.find(change.first);
    return change.second ? before != sound().now.end() && before->second == *change.second : before == sound().now.end();
  });
  return changes;
}

// An older checkpoint beside a newer head file is what a crash leaves, and a published size that is missing is asked for anew.
bool is_harmless(const Changes& changes) {
  return std::all_of(changes.begin(), changes.end(), [](const auto& change) {
    const auto& [row, value] = change;
    if (row == RowKey{Family::meta, checkpoint_row}) return value == std::optional(sound().older.at(row));
    return row.first == Family::meta && text_view(row.second).starts_with(published_prefix) && !value;
  });
}

bool in_memory_of_bytes(Family family) { return family == Family::entries || family == Family::leaves || family == Family::tiles; }

std::string said(const Positions& positions) {
  std::string out;
  for (const std::uint64_t position : positions) out += std::to_string(position) + " ";
  return out;
}

// Of the positions that one act touched at once.
Positions touched(const Changes& changes) {
  Positions all;
  for (const auto& [row, value] : changes) all.merge(touched(row, value));
  return all;
}

void judge(const VerifyReport& report, const std::string& what, const std::optional<Positions>& wanted) {
  INFO(what);
  const auto found = named(report);
  CHECK(report.verdict != Verdict::sound);
  CHECK_FALSE(report.findings.empty());
  if (wanted) CHECK_MESSAGE(Positions(found.begin(), found.end()) == *wanted, "named " << said(Positions(found.begin(), found.end())) << "instead of " << said(*wanted) << "\n" << told(report));
}

std::string described(const std::string& act, const std::string& family, const Changes& changes) {
  std::string out = act + ", " + family + ":";
  for (const auto& [row, value] : changes) out += " " + to_hex(row.second) + (value ? " = " + to_hex(ByteView(*value).first(std::min<std::size_t>(value->size(), 40))) : " gone");
  return out;
}

}  // namespace

TEST_CASE("tampering: every kind of act at every kind of row is found, and the positions that it touched are named, and no others") {
  Place place;
  Dice dice(20'261'125);
  for (const auto& [family, name] : families)
    for (const Act& act : acts)
      for (int round = 0; round < rounds_of_each(); ++round) {
        const Changes changes = real(act.changes(dice, family));
        if (changes.empty() || is_harmless(changes)) continue;
        place.change(changes);
        VerifyOptions options = place.options();
        options.cores = 1 + static_cast<unsigned>(throw_dice(dice, 3));
        options.hashes_only = in_memory_of_bytes(family) && throw_dice(dice, 2) == 1;
        // What the ledger's size or its key is, is not of a position.
        judge(place.check(options), described(act.name, name, changes), family == Family::meta ? std::nullopt : std::optional(touched(changes)));
        place.put_right(changes);
      }
  CHECK(place.check(place.options()).verdict == Verdict::sound);
}

namespace {

Changes made_of(const Rows& wanted) {
  Changes changes;
  for (const auto& [row, value] : sound().now)
    if (!wanted.contains(row)) changes[row] = std::nullopt;
  for (const auto& [row, value] : wanted) changes[row] = value;
  return real(std::move(changes));
}

// Leaf hashes, tiles and tree state made anew over entries as they are now.
Rows built_anew(Rows rows) {
  RightEdge edge;
  GrowingTiles tiles;
  for (auto row = rows.lower_bound({Family::entries, {}}); row != rows.end() && row->first.first == Family::entries; ++row) {
    const Hash leaf = leaf_hash(row->second);
    rows[{Family::leaves, row->first.second}] = key_of(view(leaf));
    edge.append(leaf);
    for (const FullTile& tile : tiles.append(leaf)) rows[{Family::tiles, tile_key(tile.level, tile.index)}] = tile.hashes;
  }
  rows[{Family::meta, tree_row}] = encode(edge);
  return rows;
}

Rows signed_by(Rows rows, const SigningKey& key) {
  const auto edge = decode_right_edge(rows.at({Family::meta, tree_row}));
  const std::string note = sign_checkpoint({.origin = std::string(told_origin), .size = edge->size, .root = edge->root()}, key);
  Bytes record;
  put_be64(record, edge->size);
  put(record, view(std::string_view(note)));
  rows[{Family::meta, checkpoint_row}] = record;
  return rows;
}

// As if this key had been the ledger's from its first entry on.
Rows of_another_key(Rows rows, const PublicKey& key) {
  Bytes& first = rows.at({Family::entries, position_key(Position{0})});
  const auto& ours = sound().key->public_key().bytes;
  const auto held = std::search(first.begin(), first.end(), ours.begin(), ours.end());
  REQUIRE(held != first.end());
  std::copy(key.bytes.begin(), key.bytes.end(), held);
  return rows;
}

Rows with_altered_entry(Dice& dice, std::uint64_t& at) {
  Rows rows = sound().now;
  at = ToldLedger::genesis_entries + throw_dice(dice, sound().size - ToldLedger::genesis_entries);
  Entry entry = *decode(rows.at({Family::entries, position_key(Position{at})}));
  entry.reason = "told anew";
  rows[{Family::entries, position_key(Position{at})}] = *encode(entry);
  return rows;
}

struct Rebuilt {
  Place place;
  Dice dice{7};
  // Of a ledger of these rows under the head file that lies outside.
  VerifyReport report(const Rows& rows, bool with_key = true) {
    const Changes changes = made_of(rows);
    place.change(changes);
    VerifyOptions options = place.options();
    if (!with_key) options.key.reset();
    VerifyReport found = place.check(options);
    place.put_right(changes);
    return found;
  }
};

int rounds() { return std::getenv("ACTA_LONG") ? 200 : 3; }

}  // namespace

TEST_CASE("tampering: an entry altered together with its leaf hash is named by its tile") {
  Rebuilt it;
  for (int round = 0; round < rounds(); ++round) {
    std::uint64_t at = 0;
    Rows rows = with_altered_entry(it.dice, at);
    rows[{Family::leaves, position_key(Position{at})}] = key_of(view(leaf_hash(rows.at({Family::entries, position_key(Position{at})}))));
    const bool in_full_tile = at < sound().size / tile_width * tile_width;
    judge(it.report(rows), "entry " + std::to_string(at), in_full_tile ? Positions{at} : Positions{});
  }
}

TEST_CASE("tampering: a tree built anew over altered entries is not the one that was signed, whoever signs it now") {
  Rebuilt it;
  const SigningKey other(std::string(told_origin), {9});
  for (int round = 0; round < rounds(); ++round) {
    std::uint64_t at = 0;
    const Rows rows = built_anew(with_altered_entry(it.dice, at));
    const VerifyReport silent = it.report(rows), resigned = it.report(signed_by(rows, other));
    for (const VerifyReport* report : {&silent, &resigned}) {
      CHECK(report->verdict == Verdict::tampered);
      CHECK(tells(*report, "signature"));
    }
  }
}

TEST_CASE("tampering: a ledger told anew from entry 0 on under another key is somebody else's, also to whom no key was given") {
  Rebuilt it;
  const SigningKey other(std::string(told_origin), {9});
  for (int round = 0; round < rounds(); ++round) {
    std::uint64_t at = 0;
    const Rows rows = signed_by(built_anew(of_another_key(with_altered_entry(it.dice, at), other.public_key())), other);
    CHECK(it.report(rows).verdict == Verdict::untrusted_key);
    CHECK(it.report(rows, false).verdict == Verdict::tampered);
  }
}

TEST_CASE("tampering: a tail that was cut off is missed, with all that belongs to it or without; and so is what an old copy lacks") {
  Rebuilt it;
  for (int round = 0; round < rounds(); ++round) {
    const std::uint64_t kept = ToldLedger::genesis_entries + throw_dice(it.dice, sound().size - ToldLedger::genesis_entries);
    Rows rows = sound().now;
    std::erase_if(rows, [&](const auto& item) { return (item.first.first == Family::entries || item.first.first == Family::leaves) && position_of(item.first.second) >= kept; });
    CHECK(tells(it.report(rows), "missing", kept));
    const VerifyReport shortened = it.report(built_anew(rows));
    CHECK(shortened.verdict == Verdict::tampered);
    CHECK(tells(shortened, "cut tail", kept));
  }
  judge(it.report(sound().older), "the old copy", Positions{sound().older_size});
  it.place.set_head(sound().older_head);
  judge(it.report(sound().now), "an old head file", Positions{});
}
