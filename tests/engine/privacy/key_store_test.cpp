#include "engine/privacy/key_store.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>
#include <set>
#include <thread>

#include "tests/engine/scratch.h"

using namespace acta;
namespace fs = std::filesystem;

namespace {

struct Place {
  Scratch scratch;
  std::unique_ptr<Randomness> randomness = system_randomness();
  LedgerId ledger = LedgerId{random_person(*randomness).bytes};
  rocksdb::Env* env = rocksdb::Env::Default();

  KeyStoreOptions options() { return {.folder = scratch / "d.keys", .kek_file = scratch / "d.kek", .env = env, .randomness = randomness.get()}; }
  std::unique_ptr<KeyStore> create() { return std::move(*KeyStore::create(options(), ledger)); }
  Result<std::unique_ptr<KeyStore>> open() { return KeyStore::open(options(), ledger); }
};

void flip_last_byte(const std::string& path) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(-1, std::ios::end);
  const char last = static_cast<char>(file.get());
  file.seekp(-1, std::ios::end);
  file.put(static_cast<char>(last ^ 1));
}

std::string bytes_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("key store: persons and keys are the same after reopening") {
  Place place;
  auto store = place.create();
  const PersonId ada = *store->person("ada.invented");
  const PersonKey key = *store->key(ada, "case");
  const Key secret = store->command_secret();
  const Key log_key = *store->first_log_key();
  store.reset();

  auto again = std::move(*place.open());
  CHECK(*again->person("ada.invented") == ada);
  CHECK(again->handle_of(ada) == "ada.invented");
  CHECK(again->key(ada, "case")->key == key.key);
  CHECK(again->find_key(ada, "case", 1)->key == key.key);
  CHECK(again->command_secret() == secret);
  CHECK(again->first_log_key() == log_key);
}

TEST_CASE("key store: each person and each retention class has a key of its own") {
  Place place;
  auto store = place.create();
  const PersonId ada = *store->person("ada");
  const PersonId ben = *store->person("ben");
  CHECK(ada != ben);
  CHECK(store->key(ada, "case")->key != store->key(ada, "contract")->key);
  CHECK(store->key(ada, "case")->key != store->key(ben, "case")->key);
}

TEST_CASE("key store: looking never mints") {
  Place place;
  auto store = place.create();
  CHECK_FALSE(store->find_person("ada"));
  CHECK_FALSE(store->newest_key(PersonId{}, "case"));
  CHECK_FALSE(store->find_key(PersonId{}, "case", 1));
  CHECK_FALSE(store->handle_of(PersonId{}));
  const PersonId ada = *store->person("ada");
  CHECK(store->key(ada, "case"));
  CHECK_FALSE(store->find_key(ada, "case", 2));
}

TEST_CASE("key store: a handle is 1 to 64 letters, digits, dots, underscores and hyphens") {
  CHECK(is_handle("Ada.invented_1-x"));
  CHECK(is_handle(std::string(64, 'a')));
  for (const std::string& bad : {std::string(), std::string(65, 'a'), std::string("ada invented"), std::string("ad\xc3\xa4"), std::string("@ada"), std::string("a/b")}) CHECK_FALSE(is_handle(bad));
  Place place;
  CHECK(place.create()->person("a b").error().code == Code::invalid);
}

TEST_CASE("key store: it makes nothing where keys may lie already") {
  Place place;
  place.create().reset();
  CHECK(KeyStore::create(place.options(), place.ledger).error().code == Code::conflict);
  fs::remove_all(place.options().folder);
  CHECK(KeyStore::create(place.options(), place.ledger).error().code == Code::conflict);
}

TEST_CASE("key store: no handle and no key stands on disk in clear") {
  Place place;
  auto store = place.create();
  const PersonKey key = *store->key(*store->person("ada.invented"), "case");
  const std::string key_text(key.key.begin(), key.key.end());
  for (const auto& file : fs::directory_iterator(place.options().folder)) {
    const std::string bytes = bytes_of_file(file.path());
    CHECK(bytes.find("ada.invented") == std::string::npos);
    CHECK(bytes.find(key_text) == std::string::npos);
  }
}

TEST_CASE("key store: its files are the owner's alone, and a store that others may read is refused") {
  Place place;
  place.create().reset();
  struct stat found {};
  REQUIRE(stat(place.options().kek_file.c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0600);
  REQUIRE(stat(place.options().folder.c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0700);

  for (const std::string& path : {place.options().kek_file, place.options().folder, place.options().folder + "/secrets"}) {
    const fs::perms before = fs::status(path).permissions();
    fs::permissions(path, fs::perms::group_read, fs::perm_options::add);
    const auto opened = place.open();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Code::denied);
    CHECK(opened.error().message.find("chmod go-rwx " + path) != std::string::npos);
    fs::permissions(path, before);
  }
  CHECK(place.open());
}

TEST_CASE("key store: a missing file is named") {
  for (const char* missing : {"d.kek", "d.keys", "d.keys/secrets", "d.keys/segment-000000"}) {
    Place place;
    place.create().reset();
    fs::remove_all(place.scratch / missing);
    const auto opened = place.open();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Code::missing_key);
    CHECK(opened.error().message.find(place.scratch / missing) != std::string::npos);
  }
}

TEST_CASE("key store: an altered file is refused and named") {
  for (const char* altered : {"d.kek", "d.keys/secrets", "d.keys/segment-000000"}) {
    Place place;
    place.create().reset();
    flip_last_byte(place.scratch / altered);
    const auto opened = place.open();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Code::damaged);
  }
}

TEST_CASE("key store: two files cannot change places") {
  Place place;
  place.create().reset();
  fs::copy_file(place.scratch / "d.keys/secrets", place.scratch / "d.keys/segment-000000", fs::copy_options::overwrite_existing);
  CHECK(place.open().error().code == Code::damaged);
}

TEST_CASE("key store: the keys of another ledger are refused") {
  Place place;
  place.create().reset();
  const LedgerId other{random_person(*place.randomness).bytes};
  CHECK(KeyStore::open(place.options(), other).error().code == Code::foreign);
}

TEST_CASE("key store: segments hold 1,024 records, and a lost one in the middle is seen") {
  Place place;
  auto store = place.create();
  std::vector<PersonId> persons;
  for (int i = 0; i < 1'030; ++i) persons.push_back(*store->person("person-" + std::to_string(i)));
  store.reset();
  CHECK(fs::exists(place.scratch / "d.keys/segment-000001"));
  auto again = std::move(*place.open());
  for (std::size_t i = 0; i < persons.size(); ++i) CHECK(again->find_person("person-" + std::to_string(i)) == persons[i]);
  again.reset();
  fs::remove(place.scratch / "d.keys/segment-000000");
  CHECK(place.open().error().code == Code::missing_key);
}

TEST_CASE("key store: what could not be written was not minted, and can be asked for again") {
  Place place;
  RefusingDisk disk;
  place.env = &disk;
  auto store = place.create();
  const PersonId ada = *store->person("ada");
  disk.refuse_renames = true;
  CHECK(store->person("ben").error().code == Code::unavailable);
  CHECK(store->key(ada, "case").error().code == Code::unavailable);
  CHECK_FALSE(store->find_person("ben"));
  CHECK_FALSE(store->newest_key(ada, "case"));

  auto after_crash = std::move(*place.open());
  CHECK(after_crash->find_person("ada") == ada);
  CHECK_FALSE(after_crash->find_person("ben"));
  after_crash.reset();

  disk.refuse_renames = false;
  const PersonId ben = *store->person("ben");
  store.reset();
  CHECK((*place.open())->find_person("ben") == ben);
}

TEST_CASE("key store: threads that mint at once get one id for one handle, and share rewrites") {
  Place place;
  RefusingDisk disk;
  place.env = &disk;
  auto store = place.create();
  const int renames_before = disk.renames;
  constexpr int threads_count = 16;
  constexpr int handles_count = 20;
  std::vector<std::vector<PersonId>> seen(threads_count);
  std::vector<std::thread> threads;
  for (auto& mine : seen) {
    threads.emplace_back([&] {
      for (int i = 0; i < handles_count; ++i) mine.push_back(*store->person("person-" + std::to_string(i)));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& mine : seen) CHECK(mine == seen.front());
  CHECK(std::set(seen.front().begin(), seen.front().end()).size() == handles_count);
  CHECK(disk.renames - renames_before <= handles_count);
  store.reset();
  CHECK((*place.open())->find_person("person-19") == seen.front().back());
}
