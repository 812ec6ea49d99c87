#include "engine/recovery.h"

#include <rocksdb/env.h>

#include <algorithm>
#include <filesystem>

#include "engine/control_events.h"
#include "engine/disk.h"
#include "engine/folders.h"
#include "engine/ledger/head_trail.h"
#include "engine/ledger/verify.h"
#include "tests/engine/installation.h"

using namespace acta;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t hour = 3'600'000'000;

// Entries of the ledger's own, one each.
void append(Installation& place, int entries) {
  for (int i = 0; i < entries; ++i) {
    place.clock.jump(hour);
    const auto recorded = place.engine->confirm_clock("ada", "administrator");
    if (!recorded) FAIL(recorded.error().message);
    REQUIRE(place.engine->checkpoint());
  }
}

std::uint64_t size_of(Installation& place) {
  const auto opened = place.open(Access::read);
  if (!opened) FAIL(opened.error().message);
  return (*opened)->ledger().head().size;
}

// A ledger with a copy that is two entries older.
struct Restored : Installation {
  std::uint64_t older = 0, newer = 0;
  std::string old = scratch / "old";

  Restored() {
    make();
    reopen();
    append(*this, 3);
    stop();
    older = size_of(*this);
    fs::copy(folders.data, old, fs::copy_options::recursive);
    reopen();
    append(*this, 2);
    stop();
    newer = size_of(*this);
  }
  void put_back(const std::string& copy) const {
    fs::remove_all(folders.data);
    fs::copy(copy, folders.data, fs::copy_options::recursive);
  }
  Bytes head() const { return *read_file(*rocksdb::Env::Default(), folders.head); }
  void set_head(const Bytes& note) const { REQUIRE(write_file_durably(*rocksdb::Env::Default(), folders.head, note)); }
  RollbackAcceptance acceptance() const { return {.signed_size = newer, .size = older, .why = "disk lost, restored from the nightly backup", .actor = "ada", .role = "administrator"}; }
  Rollback found() const {
    const auto rollback = find_rollback(folders);
    if (!rollback) FAIL(rollback.error().message);
    REQUIRE(*rollback);
    return **rollback;
  }
  VerifyReport verified() const {
    const auto report = verify({.folder = ledger_folder(folders), .head_file = folders.head, .data_name = "data", .env = nullptr, .key = {}, .progress = {}});
    REQUIRE(report);
    return *report;
  }
};

}  // namespace

TEST_CASE("recover: a ledger that fits its head file has nothing to recover") {
  Restored place;
  const auto rollback = find_rollback(place.folders);
  REQUIRE(rollback);
  CHECK_FALSE(*rollback);
  CHECK(accept_rollback(place.folders, place.acceptance()).error().code == Code::conflict);
}

TEST_CASE("recover: an older copy is refused with sizes, roots and what is missing") {
  Restored place;
  place.put_back(place.old);
  const auto opened = place.open();
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == Code::rolled_back);
  const Rollback found = place.found();
  for (const std::string& part : {std::to_string(place.newer) + " entries", std::to_string(place.older) + " entries", to_base64(view(found.root)), to_base64(view(found.outside.root)),
                                  "entries " + std::to_string(place.older) + " to " + std::to_string(place.newer - 1) + " are missing"})
    CHECK_MESSAGE(opened.error().message.find(part) != std::string::npos, part << " in " << opened.error().message);
  CHECK(found.size == place.older);
  CHECK(found.outside.size == place.newer);
  CHECK(found.shown == place.older);
}

TEST_CASE("recover: the loss is accepted by name, with the sizes found, and with a reason") {
  Restored place;
  place.put_back(place.old);
  const Bytes head = place.head();
  RollbackAcceptance wrong = place.acceptance();
  wrong.size -= 1;
  CHECK(accept_rollback(place.folders, wrong).error().code == Code::conflict);
  wrong = place.acceptance();
  wrong.signed_size += 1;
  CHECK(accept_rollback(place.folders, wrong).error().code == Code::conflict);
  wrong = place.acceptance();
  wrong.why.clear();
  CHECK(accept_rollback(place.folders, wrong).error().code == Code::invalid);
  wrong = place.acceptance();
  wrong.role = "nobody";
  CHECK(accept_rollback(place.folders, wrong).error().code == Code::denied);
  CHECK(place.head() == head);
  CHECK(place.found().size == place.older);
}

TEST_CASE("recover: an accepted loss is an entry, unlocks, and verify tells it for ever") {
  Restored place;
  place.put_back(place.old);
  const std::string lost(text_view(place.head()));
  const auto accepted = accept_rollback(place.folders, place.acceptance());
  if (!accepted) FAIL(accepted.error().message);
  place.reopen();
  const auto schema = place.engine->ledger().read(Position{place.older});
  REQUIRE(schema);
  CHECK(schema->type == "SchemaPublished");   // of the first incident
  const auto entry = place.engine->ledger().read(Position{place.older + 1});
  REQUIRE(entry);
  const auto incident = read_rollback_accepted(*entry);
  REQUIRE(incident);
  CHECK(incident->head == lost);
  CHECK(incident->size == place.older);
  CHECK(incident->shown == place.older);
  CHECK(incident->why == place.acceptance().why);
  CHECK(entry->actor.role == "administrator");
  CHECK(entry->actor.person == place.engine->keys().find_person("ada"));
  place.stop();
  const VerifyReport report = place.verified();
  CHECK(report.verdict == Verdict::sound);
  CHECK(std::any_of(report.remarks.begin(), report.remarks.end(), [&](const std::string& remark) { return remark.starts_with("a rollback was accepted at position " + std::to_string(place.older + 1) + ": " + std::to_string(place.newer) + " entries had been signed"); }));
}

TEST_CASE("recover: a crash between the entry and the head file keeps the lock, and the entry is not written twice") {
  Restored place;
  place.put_back(place.old);
  const Bytes head = place.head();
  REQUIRE(accept_rollback(place.folders, place.acceptance()));
  place.set_head(head);   // as if the process had ended before it was moved
  CHECK(place.open_error() == Code::rolled_back);
  const Rollback found = place.found();
  CHECK(found.recorded == Position{place.older + 1});
  CHECK(found.size == place.older);
  REQUIRE(accept_rollback(place.folders, place.acceptance()));
  CHECK(size_of(place) == place.older + 2);
  CHECK(place.verified().verdict == Verdict::sound);
}

TEST_CASE("recover: another history is never accepted, longer or shorter than what was signed") {
  Restored place;
  const Bytes head = place.head();
  const Bytes trail = *read_file(*rocksdb::Env::Default(), trail_file(place.folders.head));
  for (const int entries : {1, 4}) {
    // The old copy goes on by itself, under a head file of its own time, with the same keys.
    place.put_back(place.old);
    fs::remove(trail_file(place.folders.head));
    fs::remove(place.folders.head);
    auto ledger = Ledger::open({.folder = ledger_folder(place.folders), .env = rocksdb::Env::Default(), .access = Access::read});
    REQUIRE(ledger);
    const std::string note = *(*ledger)->stored_checkpoint();
    place.set_head(bytes_of(note));
    ledger->reset();
    place.reopen();
    append(place, entries);
    place.stop();
    place.set_head(head);
    REQUIRE(write_file_durably(*rocksdb::Env::Default(), trail_file(place.folders.head), trail));
    const auto accepted = accept_rollback(place.folders, {.signed_size = place.newer, .size = place.older + static_cast<std::uint64_t>(entries), .why = "x", .actor = "ada", .role = "administrator"});
    REQUIRE_FALSE(accepted);
    CHECK(accepted.error().code == Code::rolled_back);
    CHECK(accepted.error().message.find("another history") != std::string::npos);
    CHECK(place.open_error() == Code::rolled_back);
  }
}

TEST_CASE("recover: a copy from before the log key was changed says so, and what to do, with the keys of before and of after") {
  Restored place;
  const std::string keys_before = place.scratch / "keys";
  fs::copy(place.folders.keys, keys_before, fs::copy_options::recursive);
  place.reopen();
  REQUIRE(place.engine->rotate_log_key({.actor = "ada", .role = "administrator"}, {}));
  append(place, 1);   // the checkpoint of the rotation itself carries both signatures
  place.stop();
  place.newer = size_of(place);
  place.put_back(place.old);
  const auto opened = place.open();
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == Code::rolled_back);
  CHECK(opened.error().message.find("put back the keys as they were before the change") != std::string::npos);
  CHECK(find_rollback(place.folders).error().message == opened.error().message);
  const VerifyReport cut = place.verified();
  CHECK(cut.verdict == Verdict::tampered);
  CHECK(std::any_of(cut.findings.begin(), cut.findings.end(), [&](const Finding& finding) { return finding.position == Position{place.older} && finding.what == "cut tail" && finding.detail.find("before the log key was changed") != std::string::npos; }));

  fs::remove_all(place.folders.keys);
  fs::copy(keys_before, place.folders.keys, fs::copy_options::recursive);
  const auto locked = place.open();
  REQUIRE_FALSE(locked);
  CHECK(locked.error().code == Code::rolled_back);
  CHECK(locked.error().message.find("by a log key that no entry here names") != std::string::npos);
  const Rollback found = place.found();
  CHECK(found.unknown_key);
  CHECK(found.outside.size == place.newer);
  CHECK(found.size == place.older);
  CHECK(found.shown > 0);
  REQUIRE(accept_rollback(place.folders, place.acceptance()));
  CHECK(place.open());
  const VerifyReport after = place.verified();
  CHECK(after.verdict == Verdict::sound);
  CHECK(after.remarks.front().find("a rollback was accepted") != std::string::npos);
}

TEST_CASE("trail: between the newest and any size before it there is a mark at most twice as far away") {
  std::vector<TrailMark> marks;
  constexpr std::uint64_t newest = 5'000;
  for (std::uint64_t size = 1; size <= newest; ++size) add_mark(marks, {.checkpoint = {.origin = "o", .size = size, .root = {}}, .note = {}});
  CHECK(marks.size() < 2 * 13 + 2);
  for (std::uint64_t size = 1; size < newest; ++size) {
    std::uint64_t nearest = 0;
    for (const TrailMark& mark : marks)
      if (mark.checkpoint.size <= size) nearest = mark.checkpoint.size;
    CHECK(newest - nearest <= 2 * (newest - size));
  }
}
