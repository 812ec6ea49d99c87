#pragma once
// A ledger of any length without an engine: told entry by entry, signed, stopped, checked. And, by its forger, told anew
// with every hash, index and signature in place.

#include <filesystem>

#include "engine/control_events.h"
#include "engine/ledger/signer.h"
#include "engine/ledger/verify.h"
#include "events/value.h"
#include "tests/engine/ledger/raw_store.h"
#include "tests/engine/small_ledger.h"

namespace acta {

inline constexpr std::string_view told_origin = "acta.example/told";

inline std::shared_ptr<const SigningKey> told_key(std::uint8_t first = 0) {
  std::array<std::uint8_t, 32> seed{};
  seed[0] = first;
  return std::make_shared<SigningKey>(std::string(told_origin), seed);
}

inline CaseId told_case(std::uint64_t number) {
  Bytes bytes;
  put_be64(bytes, 0);
  put_be64(bytes, number);
  CaseId id;
  std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
  return id;
}

struct ToldLedger {
  static constexpr std::uint64_t genesis_entries = 4;

  Scratch scratch;
  RefusingDisk disk;
  std::string folder = scratch / "ledger", head_file = scratch / "head";
  std::shared_ptr<const Catalogue> catalogue = SmallLedger::control_catalogue();
  std::shared_ptr<const SigningKey> key;
  std::unique_ptr<Ledger> ledger;
  std::map<CaseId, Revision> revisions;
  Instant now{1'700'000'000'000'000};

  explicit ToldLedger(std::shared_ptr<const SigningKey> with = told_key()) : key(std::move(with)) {
    open(true);
    begin();
  }

  void open(bool create = false, Access access = Access::write) {
    auto made = Ledger::open({.folder = folder, .env = &disk, .access = access, .create = create});
    if (!made) FAIL(made.error().message);
    ledger = std::move(*made);
  }
  void append(std::vector<Entry> entries) const {
    Batch batch;
    const auto staged = ledger->stage(std::move(entries), batch);
    if (!staged) FAIL(staged.error().message);
    REQUIRE(ledger->commit(batch));
  }
  void begin() {
    const Opening opening{.origin = std::string(told_origin), .facility = "Told facility", .ledger = {}, .log_key = key->public_key().bytes, .founders = {}, .ledger_schema = sha256(shipped_schemas()[0].bytes), .demo = false, .seed = {}};
    std::vector<Entry> entries = {ledger_opened(*catalogue, opening)};
    for (std::size_t i = 0; i < 2; ++i) entries.push_back(schema_published(*catalogue, shipped_schemas()[i], Position{1 + i}));
    entries.push_back(definition_published(*catalogue, "told", view(two_steps), Position{3}));
    for (std::size_t i = 0; i < entries.size(); ++i) place(entries[i], i);
    append(std::move(entries));
  }

  void place(Entry& entry, std::uint64_t position) {
    now.micros += 1'000;
    entry.position = Position{position};
    Bytes number;
    put_be64(number, position);
    std::copy_n(sha256(number).bytes.begin(), 16, entry.event_id.bytes.begin());
    entry.occurred_at = entry.recorded_at = now;
  }
  CommandRef command_at(std::uint64_t position, std::uint16_t index = 0, std::uint16_t count = 1) const {
    Bytes number;
    put_be64(number, position - index);
    CommandRef made{.id = {}, .body = sha256(number), .index = index, .count = count};
    std::copy_n(made.body.bytes.begin(), 16, made.id.bytes.begin());
    return made;
  }
  // The entry of that kind which the case may have next, at that position.
  Entry entry(Kind kind, const CaseId& id, std::uint64_t position) {
    const EventType* type = catalogue->find("ReminderSent");
    Entry made;
    made.kind = kind;
    made.type = type->name;
    made.retention = type->retention;
    made.case_id = id;
    made.revision = kind == Kind::event ? ++revisions[id] : revisions[id];
    made.definition = sha256(view(two_steps));
    made.actor.proof = Proof::engine;
    place(made, position);
    if (kind == Kind::refusal) return made;
    made.schema = type->schema;
    made.payload = bytes_of("what happened at " + std::to_string(position));
    made.effect.emplace();
    made.effect->data = {{"last", number(static_cast<std::int64_t>(position))}};
    if (kind != Kind::event) return made;
    made.command = command_at(position);
    made.effect->process = made.revision == 1u ? "told" : "";
    made.effect->configuration = {"open"};
    made.effect->registers = {{"reference/TOLD/2023", number(static_cast<std::int64_t>(position))}};
    return made;
  }
  std::uint64_t size() const { return ledger->staged_size(); }
  void append(Kind kind, std::uint64_t case_number) { append({entry(kind, told_case(case_number), size())}); }
  // `count` further events, of `cases` cases in turn, in batches.
  void tell(std::uint64_t count, std::uint64_t cases = 7) {
    constexpr std::uint64_t batch_entries = 100;
    while (count > 0) {
      std::vector<Entry> entries;
      for (; count > 0 && entries.size() < batch_entries; --count) entries.push_back(entry(Kind::event, told_case((size() + entries.size()) % cases), size() + entries.size()));
      append(std::move(entries));
    }
  }

  SignerOptions signing() const { return {.head_file = head_file, .env = rocksdb::Env::Default(), .interval_ms = 60'000, .on_failure = {}}; }
  std::string sign() const {
    auto note = Signer(*ledger, key, signing()).sign_now();
    REQUIRE(note);
    return *note;
  }
  // A clean stop.
  void stop() {
    sign();
    stop_unsigned();
  }
  void stop_unsigned() {
    REQUIRE(ledger->close());
    ledger.reset();
  }
  VerifyOptions verifying(std::optional<PublicKey> trusted = {}) const { return {.folder = folder, .head_file = head_file, .data_name = "told", .env = nullptr, .key = std::move(trusted), .progress = {}}; }
  VerifyReport check(const VerifyOptions& options) const {
    auto report = verify(options);
    if (!report) FAIL(report.error().message);
    return *std::move(report);
  }
  VerifyReport check(std::optional<PublicKey> trusted = {}) const { return check(verifying(std::move(trusted))); }
  RawStore raw() const { return RawStore(folder); }

  // As somebody would who has the log key too.
  void sign_raw(const RawStore& store, const SigningKey& with) const {
    const RightEdge edge = store.edge();
    const std::string note = sign_checkpoint({.origin = std::string(told_origin), .size = edge.size, .root = edge.root()}, with);
    Bytes record;
    put_be64(record, edge.size);
    put(record, view(std::string_view(note)));
    store.put(Family::meta, view(checkpoint_key), record);
    REQUIRE(rocksdb::WriteStringToFile(rocksdb::Env::Default(), note, head_file).ok());
  }
  // Appends what the ledger would refuse to stage, with everything that follows from it. Of ledgers without a full tile.
  void forge(Entry made) const {
    const RawStore store = raw();
    RightEdge edge = store.edge();
    forge_state(store, made);
    forge_indexes(store, made);
    const auto bytes = encode(made);
    REQUIRE(bytes);
    const Bytes at = position_key(Position{edge.size});
    edge.append(leaf_hash(*bytes));
    store.put(Family::entries, at, *bytes);
    store.put(Family::leaves, at, view(leaf_hash(*bytes)));
    store.put(Family::meta, view(tree_key), encode(edge));
    sign_raw(store, *key);
  }
  // Fills in the digest, unless the entry brings one of its own.
  static void forge_state(const RawStore& store, Entry& made) {
    if (!made.effect || !made.case_id) return;
    const auto stored = store.find(Family::states, view(*made.case_id));
    CaseState before = stored ? *decode_case_state(*stored) : CaseState{};
    if (made.kind == Kind::event) before.revision = *made.revision - 1;
    const auto after = apply_unchecked(before, made);
    REQUIRE(after);
    if (!made.effect->state) made.effect->state = state_digest(*after);
    store.put(Family::states, view(*made.case_id), encode(*after));
  }
  static void forge_indexes(const RawStore& store, const Entry& made) {
    if (made.case_id) store.put(Family::cases, case_key(*made.case_id, made.revision.value_or(0), made.position), {});
    if (made.command && made.command->index == 0 && !store.find(Family::commands, view(made.command->id))) store.put(Family::commands, view(made.command->id), encode(SeenCommand{made.position, made.command->count}));
    if (!made.effect) return;
    for (const Change& change : made.effect->registers) {
      Bytes value;
      put_value(value, *change.value);
      store.put(Family::registers, view(std::string_view(change.name)), value);
    }
  }
};

// The positions that a report names, each once.
inline std::vector<std::uint64_t> named(const VerifyReport& report) {
  std::vector<std::uint64_t> positions;
  for (const Finding& finding : report.findings)
    if (finding.position) positions.push_back(finding.position->value);
  std::sort(positions.begin(), positions.end());
  positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
  return positions;
}

inline bool tells(const VerifyReport& report, std::string_view what, std::optional<std::uint64_t> position = {}) {
  return std::any_of(report.findings.begin(), report.findings.end(), [&](const Finding& finding) { return finding.what == what && (!position || finding.position == Position{*position}); });
}

// All that a report says, for comparing it with another.
inline std::string told(const VerifyReport& report) {
  std::string out = std::to_string(static_cast<int>(report.verdict)) + " " + std::to_string(report.size) + " " + to_text(report.root) + " signed " + std::to_string(report.signed_size) + "\n";
  for (const std::uint64_t count : {report.cases, report.events, report.refusals, report.notices, report.ledger_entries}) out += std::to_string(count) + " ";
  for (const Finding& finding : report.findings) out += "\n" + (finding.position ? std::to_string(finding.position->value) : "-") + " " + finding.what + ": " + finding.detail;
  for (const std::string& remark : report.remarks) out += "\n" + remark;
  return out;
}

}  // namespace acta
