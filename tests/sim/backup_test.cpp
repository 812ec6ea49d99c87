#include "engine/backup/backup.h"

#include <doctest/doctest.h>

#include "tests/sim/house.h"
#include "tests/sim/troubles.h"

using namespace acta;
using namespace acta::sim;

namespace {

const std::string backups = "/backups", restored = "/restored";

Result<BackupMade> take(FaultyDisk& disk) {
  const Folders folders = House(disk).folders;
  ACTA_TRY(const Bytes note, read_file(disk.env(), folders.head));
  return create_backup(disk.env(), backups, {.ledger = ledger_folder(folders), .note = std::string(text_view(note)), .now = Instant{1}});
}

// A ledger that was backed up and went on.
const DiskModel& start() {
  static const DiskModel held = [] {
    FaultyDisk disk(disk_with_house());
    REQUIRE(take(disk));
    House house(disk);
    REQUIRE(house.open());
    REQUIRE(house.append());
    REQUIRE(house.engine->close());
    house.engine.reset();
    return disk.settled();
  }();
  return held;
}

std::optional<std::string> sound(FaultyDisk& disk, const std::string& data, const Backup& backup) {
  const auto report = verify({.folder = data + "/ledger", .head_file = "", .data_name = data, .env = &disk.env(), .key = {}, .progress = {}});
  if (!report) return data + ": " + report.error().message;
  if (report->verdict != Verdict::sound || report->root != backup.root) return data + " is not what was backed up";
  return std::nullopt;
}

// All that are listed are whole; the newest can be put back.
std::optional<std::string> listed_are_whole(FaultyDisk& disk, std::size_t least) {
  const auto listed = list_backups(disk.env(), backups);
  if (!listed) return listed.error().message;
  if (listed->size() < least) return std::to_string(listed->size()) + " backups are listed, acknowledged were " + std::to_string(least);
  for (const Backup& backup : *listed)
    if (const auto faults = check_backup(disk.env(), backups, backup, {}); !faults.empty()) return "backup " + std::to_string(backup.number) + ": " + faults.front().name + " " + faults.front().detail;
  const std::string data = "/of" + std::to_string(listed->size());
  if (const auto put = restore_backup(disk.env(), backups, listed->back(), data, {}); !put) return put.error().message;
  return sound(disk, data, listed->back());
}

// Asked for again by whoever was told that it failed.
class BackedUp final : public Story {
 public:
  void act(FaultyDisk& disk) override {
    for (int attempt = 0; attempt < 2 && !acknowledged_; ++attempt) acknowledged_ = static_cast<bool>(take(disk));
  }
  std::optional<std::string> judge(FaultyDisk& disk) override {
    if (auto wrong = listed_are_whole(disk, acknowledged_ ? 2 : 1)) return wrong;
    if (const auto again = take(disk); !again) return "no further backup: " + again.error().message;
    return std::nullopt;
  }

 private:
  bool acknowledged_ = false;
};

class Restored final : public Story {
 public:
  void act(FaultyDisk& disk) override {
    const auto listed = list_backups(disk.env(), backups);
    if (listed) acknowledged_ = static_cast<bool>(restore_backup(disk.env(), backups, listed->back(), restored, {}));
  }
  // A data folder, whole, or none.
  std::optional<std::string> judge(FaultyDisk& disk) override {
    const auto listed = list_backups(disk.env(), backups);
    if (!listed) return listed.error().message;
    const bool there = static_cast<bool>(check_format(disk.env(), restored));
    if (acknowledged_ && !there) return "what was restored is gone";
    if (there) return sound(disk, restored, listed->back());
    return std::nullopt;
  }

 private:
  bool acknowledged_ = false;
};

}  // namespace

TEST_CASE("backup: whichever step fails, every listed backup is whole, and the next one works") {
  check_every_trouble(start(), Breadth::all, [] { return std::make_unique<BackedUp>(); });
}

TEST_CASE("restore: whichever step fails, there is the whole ledger or no data folder") {
  check_every_trouble(start(), Breadth::all, [] { return std::make_unique<Restored>(); });
}
