#include "engine/backup/backup.h"

#include <rocksdb/env.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "engine/folders.h"
#include "engine/ledger/verify.h"
#include "tests/engine/files.h"
#include "tests/engine/installation.h"

using namespace acta;
namespace fs = std::filesystem;

namespace {

rocksdb::Env& disk() { return *rocksdb::Env::Default(); }

// Fails to write what is new, as a full disk does.
class FullDisk : public rocksdb::EnvWrapper {
 public:
  FullDisk() : EnvWrapper(rocksdb::Env::Default()) {}
  rocksdb::Status NewWritableFile(const std::string& path, std::unique_ptr<rocksdb::WritableFile>* out, const rocksdb::EnvOptions& options) override {
    if (path.find("/files/") != std::string::npos && files_left-- == 0) return rocksdb::Status::NoSpace(path);
    return EnvWrapper::NewWritableFile(path, out, options);
  }
  int files_left = 0;
};

struct BackedUp : Installation {
  std::string backups = scratch / "backups";

  BackedUp() { make(); }
  void append() {
    reopen();
    clock.jump(3'600'000'000);
    const auto recorded = engine->confirm_clock("ada", "administrator");
    if (!recorded) FAIL(recorded.error().message);
    stop();
  }
  Result<BackupMade> take(rocksdb::Env& env = disk()) const {
    return create_backup(env, backups, {.ledger = ledger_folder(folders), .note = std::string(text_view(content(folders.head))), .now = Instant{1}});
  }
  BackupMade made() const {
    auto made = take();
    if (!made) FAIL(made.error().message);
    return *std::move(made);
  }
  std::vector<BackupFault> faults(const Backup& backup) const { return check_backup(disk(), backups, backup, {}); }
  std::string stored(const BackupFile& file) const { return backups + "/files/" + to_text(file.digest); }
  Result<void> restore(const Backup& backup, const std::string& data) const { return restore_backup(disk(), backups, backup, data, {}); }
  Bytes state_of(const std::string& data) const {
    const auto ledger = Ledger::open({.folder = data + "/ledger", .env = &disk(), .access = Access::read});
    REQUIRE(ledger);
    Bytes all;
    const Head head = (*ledger)->head();
    put(all, view(head.root));
    REQUIRE((*ledger)->scan(Position{0}, Position{head.size}, [&](Position, ByteView entry) { return put(all, entry), true; }));
    return all;
  }
};

}  // namespace

TEST_CASE("backup: what is restored is what was backed up, and verifies") {
  BackedUp place;
  place.append();
  const Backup backup = place.made().backup;
  const std::string data = place.scratch / "restored";
  REQUIRE(place.restore(backup, data));
  CHECK(place.state_of(data) == place.state_of(place.folders.data));
  const auto report = verify({.folder = data + "/ledger", .head_file = place.folders.head, .data_name = data, .env = nullptr, .key = {}, .progress = {}});
  REQUIRE(report);
  CHECK(report->verdict == Verdict::sound);
  Folders folders = place.folders;
  folders.data = data;
  CHECK(Engine::open(folders, Access::write, place.environment));
}

TEST_CASE("backup: the second one copies only what is new") {
  BackedUp place;
  const BackupMade first = place.made();
  std::set<Hash> contents;
  for (const BackupFile& file : first.backup.files) contents.insert(file.digest);
  CHECK(first.files_copied == contents.size());
  place.append();
  const BackupMade second = place.made();
  CHECK(second.backup.number == 2);
  CHECK(second.backup.size == first.backup.size + 1);
  std::uint64_t shared = 0;
  for (const BackupFile& file : second.backup.files)
    shared += std::any_of(first.backup.files.begin(), first.backup.files.end(), [&](const BackupFile& one) { return one.digest == file.digest; });
  CHECK(shared > 0);
  CHECK(second.files_copied <= second.backup.files.size() - shared);
  CHECK(place.made().files_copied == 0);
  CHECK(list_backups(disk(), place.backups)->size() == 3);
}

TEST_CASE("backup: a full disk is told, and the backup of before stays whole") {
  BackedUp place;
  const Backup before = place.made().backup;
  place.append();
  FullDisk full;
  full.files_left = 1;
  const auto refused = place.take(full);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::full);
  const auto listed = list_backups(disk(), place.backups);
  REQUIRE(listed);
  CHECK(listed->size() == 1);
  CHECK(place.faults(listed->front()).empty());
  CHECK(place.made().backup.number == 2);
  CHECK(place.faults(before).empty());
}

TEST_CASE("backup: an altered byte is named by its file, and is not restored") {
  BackedUp place;
  const Backup backup = place.made().backup;
  const auto table = std::find_if(backup.files.begin(), backup.files.end(), [](const BackupFile& file) { return file.name.ends_with(".sst"); });
  REQUIRE(table != backup.files.end());
  Bytes bytes = content(place.stored(*table));
  bytes[bytes.size() / 2] ^= 1;
  write(place.stored(*table), bytes);
  const auto faults = place.faults(backup);
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].name == table->name);
  CHECK(faults[0].file == "files/" + to_text(table->digest));
  CHECK_FALSE(faults[0].missing);
  const std::string data = place.scratch / "restored";
  const auto restored = place.restore(backup, data);
  REQUIRE_FALSE(restored);
  CHECK(restored.error().code == Code::damaged);
  CHECK(restored.error().message.find(table->name) != std::string::npos);
  CHECK_FALSE(check_format(disk(), data));
}

TEST_CASE("backup: a missing file is named") {
  BackedUp place;
  const Backup backup = place.made().backup;
  fs::remove(place.stored(backup.files.front()));
  const auto faults = place.faults(backup);
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].missing);
  CHECK(faults[0].name == backup.files.front().name);
}

TEST_CASE("backup: nothing is restored over what is there") {
  BackedUp place;
  const Backup backup = place.made().backup;
  const Bytes before = place.state_of(place.folders.data);
  const auto refused = place.restore(backup, place.folders.data);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::conflict);
  CHECK(place.state_of(place.folders.data) == before);
  const std::string empty = place.scratch / "empty";
  fs::create_directory(empty);
  CHECK(place.restore(backup, empty));
}

TEST_CASE("backup: a restored ledger that is older than the head file starts locked") {
  BackedUp place;
  const Backup backup = place.made().backup;
  place.append();
  fs::remove_all(place.folders.data);
  REQUIRE(place.restore(backup, place.folders.data));
  CHECK(place.open_error() == Code::rolled_back);
}

TEST_CASE("backup: one folder holds the backups of one ledger") {
  BackedUp place, other;
  other.founding.origin = "acta.example/other";
  other.folders = Folders::beside(other.scratch / "other");
  other.make();
  place.made();
  other.backups = place.backups;
  CHECK(other.take().error().code == Code::conflict);
}

TEST_CASE("backup: named subscriptions come back with the ledger, and are checked like its files") {
  BackedUp place;
  const std::string folder = place.folders.data + "/subscriptions";
  fs::create_directory(folder);
  write(folder + "/reports", bytes_of("as its reader left it"));
  write(folder + "/reports.tmp", bytes_of("half"));
  auto kept = read_subscriptions(disk(), folder);
  REQUIRE(kept);
  const auto made = create_backup(disk(), place.backups, {.ledger = ledger_folder(place.folders), .note = {}, .now = Instant{1}, .subscriptions = *kept});
  REQUIRE(made);
  const auto listed = list_backups(disk(), place.backups);
  REQUIRE(listed);
  const Backup backup = listed->back();
  REQUIRE(backup.subscriptions.size() == 1);
  const std::string data = place.scratch / "restored";
  REQUIRE(place.restore(backup, data));
  CHECK(content(data + "/subscriptions/reports") == content(folder + "/reports"));
  CHECK_FALSE(fs::exists(data + "/subscriptions/reports.tmp"));
  write(place.stored(backup.subscriptions.front()), bytes_of("as nobody left it ..."));
  REQUIRE(place.faults(backup).size() == 1);
  CHECK(place.faults(backup).front().name == "reports");
}

TEST_CASE("backup: a list says the same when it is read again, and anything else is refused") {
  Backup backup{.number = 0, .made = Instant{7}, .origin = "acta.example/o", .size = 3, .root = Hash{}, .note = "n\n\nx\n", .files = {{.digest = Hash{}, .size = 9, .name = "000012.sst"}}};
  const auto again = parse_backup(to_text(backup));
  REQUIRE(again);
  CHECK(again->files == backup.files);
  CHECK(again->note == backup.note);
  CHECK(again->size == 3);
  CHECK(again->made == backup.made);
  backup.files[0].name = "../escape";
  CHECK(parse_backup(to_text(backup)).error().code == Code::malformed);
  CHECK(parse_backup("acta-backup 9\n").error().code == Code::newer);
  CHECK(parse_backup("acta-backup 1\norigin o\n").error().code == Code::malformed);
}
