#include "engine/backup/key_backup.h"

#include <rocksdb/env.h>
#include <sys/stat.h>

#include <filesystem>

#include "engine/folders.h"
#include "tests/engine/files.h"
#include "tests/engine/recording.h"

using namespace acta;
namespace fs = std::filesystem;

namespace {

rocksdb::Env& disk() { return *rocksdb::Env::Default(); }

constexpr std::int64_t day = 24ll * 3'600 * 1'000'000;

// A ledger with personal data, a backup of it, and a folder for its keys.
struct Kept : Recorder {
  std::string backups = scratch / "backups", kept = scratch / "kept";
  std::unique_ptr<Randomness> randomness = system_randomness();
  Backup served;

  Kept() {
    make();
    reopen();
    recorded(request("first"));
    served = backed_up();
  }
  Backup backed_up() {
    stop();
    auto made = create_backup(disk(), backups, {.ledger = ledger_folder(folders), .note = std::string(text_view(content(folders.head))), .now = Instant{day}});
    if (!made) FAIL(made.error().message);
    reopen();
    return made->backup;
  }
  Result<KeyBackup> take(Instant now = Instant{day}) const {
    return create_key_backup(disk(), kept, {.keys = folders.keys, .kek = folders.kek, .ledger = engine->genesis().ledger, .serves = served, .now = now});
  }
  KeyBackup taken(Instant now = Instant{day}) const {
    auto made = take(now);
    if (!made) FAIL(made.error().message);
    return *std::move(made);
  }
  BoxesOpened opened_with(const KeyBackup& backup) const {
    const auto store = open_key_backup(disk(), kept, backup, *randomness);
    if (!store) FAIL(store.error().message);
    auto opened = open_box_of_each_key(engine->ledger(), engine->genesis().origin, **store, {});
    REQUIRE(opened);
    return *std::move(opened);
  }
};

unsigned mode_of(const fs::path& path) {
  struct stat found {};
  REQUIRE(stat(path.c_str(), &found) == 0);
  return found.st_mode & 0777;
}

}  // namespace

TEST_CASE("key backup: taken after the ledger backup, it opens a box of each key, for its owner only") {
  Kept place;
  const KeyBackup backup = place.taken();
  const BoxesOpened opened = place.opened_with(backup);
  CHECK(opened.keys > 0);
  CHECK(opened.faults.empty());
  for (const auto& item : fs::recursive_directory_iterator(place.kept)) CHECK(mode_of(item.path()) == (item.is_directory() ? 0700 : 0600));
}

TEST_CASE("key backup: keys of later entries are missed, and the first box of each is named") {
  Kept place;
  const KeyBackup backup = place.taken();
  const Recorded later = place.recorded(place.request("second"));
  const BoxesOpened opened = place.opened_with(backup);
  REQUIRE_FALSE(opened.faults.empty());
  CHECK(opened.faults.front().position == later.first);
  CHECK(opened.faults.front().missing);
}

TEST_CASE("key backup: never in a folder of ledger backups, of another ledger's keys, or older than what it serves") {
  Kept place;
  Kept other;
  place.taken();
  other.kept = place.kept;
  CHECK(other.take().error().code == Code::conflict);
  place.kept = place.backups;
  CHECK(place.take().error().code == Code::conflict);
  place.kept = place.scratch / "third";
  CHECK(place.take(Instant{day - 1}).error().code == Code::conflict);
}

TEST_CASE("key backup: after 30 days it is destroyed, key files first") {
  Kept place;
  const KeyBackup old = place.taken();
  const KeyBackup newer = place.taken(Instant{2 * day});
  CHECK(expire_key_backups(disk(), place.kept, Instant{31 * day - 1})->empty());
  const auto gone = expire_key_backups(disk(), place.kept, Instant{31 * day});
  REQUIRE(gone);
  CHECK(*gone == std::vector<std::uint64_t>{old.number});
  const auto left = list_key_backups(disk(), place.kept);
  REQUIRE(left);
  REQUIRE(left->size() == 1);
  CHECK(left->front().number == newer.number);
  CHECK(std::distance(fs::directory_iterator(place.kept), fs::directory_iterator()) == 1);
}

TEST_CASE("key backup: an altered file is named, and is not put back") {
  Kept place;
  const KeyBackup backup = place.taken();
  const std::string path = place.kept + "/keys-000001/segment-000000";
  Bytes bytes = content(path);
  bytes.back() ^= 1;
  write(path, bytes);
  const auto opened = open_key_backup(disk(), place.kept, backup, *place.randomness);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == Code::damaged);
  CHECK(opened.error().message.find("segment-000000") != std::string::npos);
  CHECK(restore_key_backup(disk(), place.kept, backup, place.scratch / "k", place.scratch / "kek").error().code == Code::damaged);
}

TEST_CASE("key backup: put back, the ledger opens with it; nothing is ever written over") {
  Kept place;
  const KeyBackup backup = place.taken();
  place.stop();
  CHECK(restore_key_backup(disk(), place.kept, backup, place.folders.keys, place.folders.kek).error().code == Code::conflict);
  fs::remove_all(place.folders.keys);
  fs::remove(place.folders.kek);
  CHECK(place.open_error() == Code::missing_key);
  REQUIRE(restore_key_backup(disk(), place.kept, backup, place.folders.keys, place.folders.kek));
  place.reopen();
  CHECK(place.opened_with(backup).faults.empty());
}

TEST_CASE("key backup: a list says the same when it is read again, and anything else is refused") {
  const KeyBackup backup{.number = 0, .made = Instant{7}, .origin = "acta.example/o", .ledger = {}, .serves = {.number = 3, .size = 9, .root = Hash{}}, .files = {{.digest = Hash{}, .size = 9, .name = "secrets"}}};
  const auto again = parse_key_backup(to_text(backup));
  REQUIRE(again);
  CHECK(again->files == backup.files);
  CHECK(again->serves == backup.serves);
  CHECK(again->made == backup.made);
  CHECK(parse_key_backup("acta-key-backup 2\n").error().code == Code::newer);
  CHECK(parse_key_backup("acta-key-backup 1\norigin o\n").error().code == Code::malformed);
}
