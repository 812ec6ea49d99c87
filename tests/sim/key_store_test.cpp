#include <doctest/doctest.h>

#include <map>

#include "engine/disk.h"
#include "engine/privacy/key_store.h"
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

}  // namespace

TEST_CASE("keys: whichever step of minting fails, a key or person that was answered is there, and the same") {
  FaultyDisk disk;
  REQUIRE(KeyStore::create(options(disk), ledger));
  const DiskModel start = disk.settled();
  check_every_trouble(start, Breadth::all, [] { return std::make_unique<Minted>(); });
}
