#include <doctest/doctest.h>

#include <map>

#include "engine/backup/key_backup.h"
#include "engine/disk.h"
#include "tests/sim/troubles.h"

using namespace acta;
using namespace acta::sim;

namespace {

constexpr std::string_view retention = "case_file";
const LedgerId ledger{};

std::unique_ptr<Randomness> randomness = seeded_randomness(3);

KeyStoreOptions options(FaultyDisk& disk) { return {.folder = "/keys", .kek_file = "/kek", .env = &disk.env(), .randomness = randomness.get()}; }

// Persons and keys minted, a log key added and one destroyed: all that was answered is there, and it is the same.
class Minted final : public Story {
 public:
  void act(FaultyDisk& disk) override {
    const auto store = KeyStore::open(options(disk), ledger);
    if (!store) return;
    for (const char* handle : {"ada", "ben", "eve"}) mint(**store, handle);
    if (const Key seed{1, 2, 3}; (*store)->add_log_key("00000001", seed)) added_ = seed;
    destroyed_ = added_ && (*store)->destroy_first_log_key();
  }
  std::optional<std::string> judge(FaultyDisk& disk) override {
    const auto store = KeyStore::open(options(disk), ledger);
    if (!store) return "refused to open: " + store.error().message;
    for (const auto& [handle, person] : persons_)
      if ((*store)->find_person(handle) != person) return handle + " is another person now, or none";
    for (const auto& [person, key] : keys_) {
      const auto held = (*store)->find_key(person, retention, key.epoch);
      if (!held || held->key != key.key) return "a key that was given is lost";
    }
    const auto log_key = (*store)->log_key("00000001");
    if (added_ && (!log_key || *log_key != *added_)) return "a log key that was added is lost";
    if (destroyed_ && (*store)->first_log_key()) return "a log key that was destroyed is back";
    return (*store)->person("zoe") ? std::nullopt : std::optional<std::string>("no further person can be minted");
  }

 private:
  void mint(KeyStore& store, const std::string& handle) {
    const auto person = store.person(handle);
    if (!person) return;
    persons_[handle] = *person;
    if (const auto key = store.key(*person, retention)) keys_[*person] = *key;
  }

  std::map<std::string, PersonId> persons_;
  std::map<PersonId, PersonKey> keys_;
  std::optional<Key> added_;
  bool destroyed_ = false;
};

const std::string kept = "/kept";

// Backed up, as often as it takes; then put back by somebody who lost the store.
class BackedUp final : public Story {
 public:
  void act(FaultyDisk& disk) override {
    for (int attempt = 0; attempt < 2 && !taken_; ++attempt) taken_ = static_cast<bool>(take(disk));
    const auto listed = list_key_backups(disk.env(), kept);
    if (listed && !listed->empty()) restored_ = static_cast<bool>(restore_key_backup(disk.env(), kept, listed->back(), "/back.keys", "/back.kek"));
  }
  std::optional<std::string> judge(FaultyDisk& disk) override {
    const auto listed = list_key_backups(disk.env(), kept);
    if (!listed && (taken_ || listed.error().code != Code::not_found)) return listed.error().message;
    if (listed)
      for (const KeyBackup& backup : *listed)
        if (const auto store = open_key_backup(disk.env(), kept, backup, *randomness); !store) return "a listed backup: " + store.error().message;
    if (taken_ && listed->empty()) return "a backup that was taken is lost";
    if (restored_ && !opens_restored(disk)) return "a store that was put back does not open";
    const auto again = take(disk);
    if (!again) return "no further backup: " + again.error().message;
    if (opens_restored(disk)) return std::nullopt;
    if (const auto put = restore_key_backup(disk.env(), kept, *again, "/back.keys", "/back.kek"); !put) return "cut short, it cannot be put back again: " + put.error().message;
    return opens_restored(disk) ? std::nullopt : std::optional<std::string>("put back again, it does not open");
  }

 private:
  static Result<KeyBackup> take(FaultyDisk& disk) { return create_key_backup(disk.env(), kept, {.keys = "/keys", .kek = "/kek", .ledger = ledger, .serves = {}, .now = Instant{1}}); }
  static bool opens_restored(FaultyDisk& disk) { return static_cast<bool>(KeyStore::open({.folder = "/back.keys", .kek_file = "/back.kek", .env = &disk.env(), .randomness = randomness.get()}, ledger)); }

  bool taken_ = false, restored_ = false;
};

}  // namespace

TEST_CASE("key backup: whichever step fails, every listed one opens, and a store is put back whole or not at all") {
  FaultyDisk disk;
  REQUIRE(KeyStore::create(options(disk), ledger));
  const DiskModel start = disk.settled();
  check_every_trouble(start, Breadth::all, [] { return std::make_unique<BackedUp>(); });
}

TEST_CASE("keys: whichever step of minting fails, a key or person that was answered is there, and the same") {
  FaultyDisk disk;
  REQUIRE(KeyStore::create(options(disk), ledger));
  const DiskModel start = disk.settled();
  check_every_trouble(start, Breadth::all, [] { return std::make_unique<Minted>(); });
}
