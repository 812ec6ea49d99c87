#include <sys/stat.h>

#include <filesystem>

#include "engine/bundle/bundle.h"
#include "engine/bundle/check_bundle.h"
#include "engine/disk.h"
#include "engine/folders.h"
#include "engine/ledger/verify.h"
#include "engine/privacy/key_records.h"
#include "engine/privacy/sealed_file.h"
#include "tests/engine/files.h"
#include "tests/engine/installation.h"
#include "tests/engine/ledger/told_ledger.h"

using namespace acta;
namespace fs = std::filesystem;

namespace {

const KeyOrder ada{.actor = "ada", .role = "administrator"};

struct KeyHouse : Installation {
  KeyHouse() { create(); }
  LogKeys rotate() {
    const auto keys = engine->rotate_log_key(ada, {});
    if (!keys) FAIL(keys.error().message);
    return *keys;
  }
  std::shared_ptr<const SigningKey> present() const {
    const auto key = find_signing_key(engine->keys(), engine->log_keys().current().key);
    REQUIRE(key);
    return *key;
  }
  PublicKey first() const { return engine->log_keys().all().front().key; }
  std::string note() const { return *engine->checkpoint(); }
  VerifyReport check(std::optional<PublicKey> trusted = {}) const {
    auto report = verify({.folder = ledger_folder(folders), .head_file = folders.head, .data_name = "test", .env = nullptr, .key = std::move(trusted), .progress = {}});
    if (!report) FAIL(report.error().message);
    return *std::move(report);
  }
  std::string file_of(const PublicKey& key) const { return folders.keys + "/log-key-" + hex_id(key); }
  // As somebody would who can write everywhere, and holds this key.
  void sign_heads(const SigningKey& with) const {
    const RawStore store(ledger_folder(folders));
    const RightEdge edge = store.edge();
    const std::string forged = sign_checkpoint({.origin = founding.origin, .size = edge.size, .root = edge.root()}, with);
    Bytes record;
    put_be64(record, edge.size);
    put(record, view(std::string_view(forged)));
    store.put(Family::meta, view(checkpoint_key), record);
    write(folders.head, view(std::string_view(forged)));
  }
};

std::size_t signature_lines(const std::string& note) { return parse_note(note)->signatures.size(); }

BundleReport bundle_of(const Engine& engine, const std::string& note, std::optional<PublicKey> trusted) {
  auto pieces = make_bundle(engine, {.scope = {.cases = {}, .range = BundledRange{2, 4}, .as_of = {}}, .note = note, .made = Instant{1'700'000'000'000'000}});
  if (!pieces) FAIL(pieces.error().message);
  std::string archive;
  while (const auto piece = (*pieces)()) archive += *piece;
  auto report = check_bundle(view(std::string_view(archive)), {.key = std::move(trusted), .witnesses = {}, .progress = {}});
  REQUIRE(report);
  return *std::move(report);
}

}  // namespace

TEST_CASE("log keys: a rotation is an entry; the first checkpoint after it carries both signatures, the next the new one alone") {
  KeyHouse house;
  const std::uint64_t before = house.engine->ledger().head().size;
  const LogKeys keys = house.rotate();
  REQUIRE(keys.all().size() == 2);
  CHECK(keys.current().named_at == Position{before + 1});   // behind the schema that it needs
  CHECK(keys.all().front().succeeded_at == keys.current().named_at);
  const std::string both = house.note();
  CHECK(signature_lines(both) == 2);
  CHECK(open_checkpoint(both, {house.first()}));
  CHECK(open_checkpoint(both, {keys.current().key}));
  house.rotate();
  const std::string later = house.note();
  CHECK(open_checkpoint(later, {house.engine->log_keys().current().key}));
  CHECK_FALSE(open_checkpoint(later, {house.first()}));
  CHECK(house.engine->ledger().head().size == before + 3);  // the schema is published once
}

TEST_CASE("log keys: who trusts the first key, or any later one, finds a rotated ledger sound, and a stranger's key is told") {
  KeyHouse house;
  const PublicKey first = house.first();
  const PublicKey second = house.rotate().current().key;
  house.reopen();
  const PublicKey third = house.rotate().current().key;
  house.stop();
  for (const PublicKey& trusted : {first, second, third}) {
    const VerifyReport report = house.check(trusted);
    CHECK_MESSAGE(report.verdict == Verdict::sound, told(report));
    CHECK(report.vkey == to_vkey(third));
  }
  PublicKey stranger = second;
  stranger.bytes[0] ^= 1;
  CHECK(house.check(stranger).verdict == Verdict::untrusted_key);
}

TEST_CASE("log keys: only a person to whom the ledger grants a role may change them, in that role") {
  KeyHouse house;
  const std::uint64_t size = house.engine->ledger().head().size;
  for (const KeyOrder& order : {KeyOrder{"eve", "administrator"}, KeyOrder{"ada", ""}, KeyOrder{"ada", "project_officer"}}) {
    CHECK(house.engine->prepare_log_key(order).error().code == Code::denied);
    CHECK(house.engine->rotate_log_key(order, {}).error().code == Code::denied);
    CHECK(house.engine->revoke_log_key(order, {.key = hex_id(house.first()), .counts = {}, .reason = "stolen"}).error().code == Code::denied);
  }
  CHECK(house.engine->ledger().head().size == size);
  CHECK(house.engine->prepared_log_keys().empty());
  const Position at = house.rotate().current().named_at;
  const auto entry = house.engine->ledger().read(at);
  REQUIRE(entry);
  CHECK(entry->actor.person == house.engine->keys().find_person("ada"));
  CHECK(entry->actor.role == "administrator");
}

TEST_CASE("log keys: a key is prepared ahead, chosen among several, and cannot be used twice") {
  KeyHouse house;
  const auto one = house.engine->prepare_log_key(ada), two = house.engine->prepare_log_key(ada);
  REQUIRE(one);
  REQUIRE(two);
  CHECK(house.engine->prepared_log_keys().size() == 2);
  CHECK(house.engine->rotate_log_key(ada, {}).error().code == Code::conflict);
  CHECK(house.engine->rotate_log_key(ada, "00000000").error().code == Code::not_found);
  REQUIRE(house.engine->rotate_log_key(ada, hex_id(*two)));
  CHECK(house.engine->log_keys().current().key == *two);
  CHECK(house.engine->rotate_log_key(ada, hex_id(*two)).error().code == Code::not_found);
  CHECK(house.rotate().current().key == *one);
}

TEST_CASE("log keys: the old private key is gone from the disk once the new one has signed") {
  KeyHouse house;
  const PublicKey first = house.first();
  const PublicKey second = house.rotate().current().key;
  CHECK(find_signing_key(house.engine->keys(), first).error().code == Code::missing_key);
  CHECK_FALSE(house.engine->keys().first_log_key());
  house.rotate();
  CHECK_FALSE(fs::exists(house.file_of(second)));
  CHECK_FALSE(holds_retired_key(house.engine->keys(), house.engine->log_keys()));
}

TEST_CASE("log keys: a key file is its owner's alone, is never written over, and is refused when others may read it or its folder") {
  KeyHouse house;
  const PublicKey key = house.rotate().current().key;
  const std::string path = house.file_of(key);
  struct stat found {};
  REQUIRE(stat(path.c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0600);
  const Bytes before = content(path);
  CHECK(house.engine->keys().add_log_key(hex_id(key), Key{}).error().code == Code::conflict);
  fs::create_symlink(house.scratch / "elsewhere", house.folders.keys + "/log-key-00000000");
  CHECK(house.engine->keys().add_log_key("00000000", Key{}).error().code == Code::conflict);
  CHECK_FALSE(fs::exists(house.scratch / "elsewhere"));
  CHECK(content(path) == before);
  house.stop();
  for (const mode_t mode : {0640, 0604, 0620}) {
    REQUIRE(chmod(path.c_str(), mode) == 0);
    CHECK(house.open_error() == Code::denied);
  }
  REQUIRE(chmod(path.c_str(), 0600) == 0);
  REQUIRE(chmod(house.folders.keys.c_str(), 0750) == 0);
  CHECK(house.open_error() == Code::denied);
  REQUIRE(chmod(house.folders.keys.c_str(), 0700) == 0);
  CHECK(house.open());
}

TEST_CASE("log keys: a key file that was exchanged, altered, lost or taken from another ledger signs nothing") {
  KeyHouse house;
  const PublicKey key = house.rotate().current().key;
  const auto other = house.engine->prepare_log_key(ada);
  REQUIRE(other);
  house.stop();
  const std::string path = house.file_of(key);
  const Bytes own = content(path);
  write(path, content(house.file_of(*other)));
  CHECK(house.open_error() == Code::damaged);
  KeyHouse elsewhere;
  const PublicKey foreign = elsewhere.rotate().current().key;
  write(path, content(elsewhere.file_of(foreign)));
  CHECK(house.open_error() == Code::damaged);
  fs::remove(path);
  CHECK(house.open_error() == Code::missing_key);
  CHECK(house.open(Access::read));                            // what is lost for signing is not lost for reading
  write(path, own);
  REQUIRE(chmod(path.c_str(), 0600) == 0);
  CHECK(house.open());
}

TEST_CASE("log keys: another ledger's key is refused even where it is sealed under the same key-encryption key") {
  KeyHouse house;
  const PublicKey key = house.rotate().current().key;
  house.stop();
  const auto randomness = system_randomness();
  const KeyStoreOptions options{.folder = house.folders.keys, .kek_file = house.folders.kek, .env = rocksdb::Env::Default(), .randomness = randomness.get()};
  const auto kek = read_kek(options);
  REQUIRE(kek);
  LogKeyRecord foreign;
  foreign.ledger.bytes[0] = 7;
  fs::remove(house.file_of(key));
  REQUIRE(create_sealed_file(options, *kek, "log-key-" + hex_id(key), encode_log_key(foreign)));
  CHECK(house.open_error() == Code::foreign);
}

TEST_CASE("log keys: a head that the old key signs after the rotation is named, whoever has that key") {
  KeyHouse house;
  const auto old = house.present();
  house.rotate();
  house.stop();
  house.sign_heads(*old);
  const VerifyReport report = house.check(old->public_key());
  CHECK(report.verdict == Verdict::tampered);
  CHECK_MESSAGE(told(report).find("replaced") != std::string::npos, told(report));
  CHECK(house.open_error() == Code::damaged);
}

TEST_CASE("log keys: a signature that a revoked key makes afterwards has a verdict of its own") {
  KeyHouse house;
  const auto old = house.present();
  const auto keys = house.engine->revoke_log_key(ada, {.key = hex_id(old->public_key()), .counts = {}, .reason = "stolen"});
  if (!keys) FAIL(keys.error().message);
  REQUIRE(keys->all().size() == 2);
  CHECK(keys->all().front().counts == keys->current().named_at.value + 1);
  CHECK(house.engine->ledger().read(*keys->all().front().revoked_at)->reason == "stolen");
  const std::string sound_note = house.note();
  CHECK(bundle_of(*house.engine, sound_note, old->public_key()).verdict == Verdict::sound);
  CHECK(house.engine->revoke_log_key(ada, {.key = hex_id(old->public_key()), .counts = {}, .reason = "stolen"}).error().code == Code::conflict);
  house.stop();
  CHECK(house.check(old->public_key()).verdict == Verdict::sound);
  house.sign_heads(*old);
  const VerifyReport report = house.check(old->public_key());
  CHECK_MESSAGE(report.verdict == Verdict::revoked_key, told(report));
  CHECK(told(report).find("count for nothing") != std::string::npos);
}

TEST_CASE("log keys: a key revoked from before it named the next one vouches for nothing after it") {
  KeyHouse house;
  const PublicKey first = house.first();
  const std::uint64_t stolen_at = house.engine->ledger().head().size - 1;
  const auto earlier = parse_note(house.note());
  CHECK(house.engine->log_keys().signer_of(*earlier, stolen_at + 1) == HeadSigner::valid_key);
  CHECK(house.engine->revoke_log_key(ada, {.key = hex_id(first), .counts = stolen_at + 2, .reason = "stolen"}).error().code == Code::invalid);
  CHECK(house.engine->revoke_log_key(ada, {.key = hex_id(first), .counts = stolen_at, .reason = "Stolen!"}).error().code == Code::invalid);
  const auto keys = house.engine->revoke_log_key(ada, {.key = hex_id(first), .counts = stolen_at, .reason = "stolen"});
  REQUIRE(keys);
  CHECK(keys->signer_of(*earlier, stolen_at + 1) == HeadSigner::revoked_key);
  CHECK(bundle_of(*house.engine, house.note(), first).verdict == Verdict::revoked_key);
  CHECK(bundle_of(*house.engine, house.note(), keys->current().key).verdict == Verdict::sound);
  house.stop();
  CHECK(house.check(first).verdict == Verdict::revoked_key);
  CHECK(house.check(keys->current().key).verdict == Verdict::sound);
  CHECK(house.open());
}

TEST_CASE("log keys: an audit bundle across three keys is followed from the first, and names them all") {
  KeyHouse house;
  const PublicKey first = house.first();
  const PublicKey second = house.rotate().current().key;
  const PublicKey third = house.rotate().current().key;
  for (const PublicKey& trusted : {first, second, third}) {
    const BundleReport report = bundle_of(*house.engine, house.note(), trusted);
    CHECK_MESSAGE(report.verdict == Verdict::sound, (report.findings.empty() ? std::string() : report.findings.front().detail));
    CHECK(report.manifest->keys.size() == 3);
  }
  PublicKey stranger = second;
  stranger.bytes[0] ^= 1;
  CHECK(bundle_of(*house.engine, house.note(), stranger).verdict == Verdict::untrusted_key);
}

TEST_CASE("log keys: succession — another signer, another position, another ledger or a key used before is refused") {
  const SigningKey one("acta.example/test", {1}), two("acta.example/test", {2}), eve("acta.example/test", {3});
  LedgerId id;
  id.bytes[0] = 1;
  const auto rotation = [](const LogKeys& in, Position at, const SigningKey& from, const SigningKey& to, const SigningKey& by) {
    KeyRotation made{.previous = from.public_key().bytes, .next = to.public_key().bytes, .signature = {}, .acceptance = {}};
    const Bytes said = in.statement(at, made.previous, made.next);
    made.signature = by.sign(text_view(said));
    made.acceptance = to.sign(text_view(said));
    return made;
  };
  LogKeys keys(one.public_key(), id);
  CHECK_FALSE(keys.rotate(Position{5}, rotation(keys, Position{5}, one, eve, eve)));         // forged
  CHECK_FALSE(keys.rotate(Position{6}, rotation(keys, Position{5}, one, two, one)));         // replayed elsewhere
  const LogKeys twin(one.public_key());
  CHECK_FALSE(keys.rotate(Position{5}, rotation(twin, Position{5}, one, two, one)));         // another ledger's
  KeyRotation unwilling = rotation(keys, Position{5}, one, two, one);
  unwilling.acceptance[0] ^= 1;
  CHECK_FALSE(keys.rotate(Position{5}, unwilling));                                          // a key nobody holds
  REQUIRE(keys.rotate(Position{5}, rotation(keys, Position{5}, one, two, one)));
  CHECK_FALSE(keys.rotate(Position{5}, rotation(keys, Position{5}, one, two, one)));         // replayed
  CHECK_FALSE(keys.rotate(Position{9}, rotation(keys, Position{9}, two, one, two)));         // used before
  CHECK(keys.at(5).key == one.public_key());
  CHECK(keys.at(6).key == two.public_key());
  CHECK_FALSE(keys.revoke(Position{9}, {.key = two.public_key().bytes, .counts = 3}));       // in force: another comes first
  CHECK_FALSE(keys.revoke(Position{9}, {.key = eve.public_key().bytes, .counts = 3}));
  CHECK_FALSE(keys.revoke(Position{9}, {.key = one.public_key().bytes, .counts = 10}));
  CHECK(keys.revoke(Position{9}, {.key = one.public_key().bytes, .counts = 5}));
  CHECK(keys.trust(one.public_key(), 5) == KeyTrust::trusted);
  CHECK(keys.trust(one.public_key(), 6) == KeyTrust::revoked_key);
  CHECK(keys.trust(two.public_key(), 6) == KeyTrust::trusted);
  CHECK(keys.trust(two.public_key(), 5) == KeyTrust::unknown_key);
}

// The ledger told anew from entry 0 on, every hash and index in place, by somebody who holds another key.
TEST_CASE("verify: a rotation that the key in force did not sign is named with its position, and so is one that is told twice") {
  const auto own = told_key(0), next = told_key(1), eve = told_key(2);
  for (const bool replayed : {false, true}) {
    CAPTURE(replayed);
    ToldLedger told;
    std::vector<Bytes> schemas;
    for (const auto* all : {&shipped_schemas(), &shipped_control_schemas()})
      for (const ShippedSchema& schema : *all) schemas.emplace_back(schema.bytes.begin(), schema.bytes.end());
    told.catalogue = *Catalogue::from(std::move(schemas));
    const auto add = [&](Entry entry) {
      told.place(entry, told.size());
      told.append({std::move(entry)});
    };
    add(schema_published(*told.catalogue, shipped_control_schemas().front(), Position{told.size()}));
    LogKeys keys(own->public_key());
    const Position at{told.size()};
    const auto& by = replayed ? own : eve;
    KeyRotation rotation{.previous = own->public_key().bytes, .next = (replayed ? next : eve)->public_key().bytes, .signature = {}, .acceptance = {}};
    const Bytes said = keys.statement(at, rotation.previous, rotation.next);
    rotation.signature = by->sign(text_view(said));
    rotation.acceptance = (replayed ? next : eve)->sign(text_view(said));
    add(log_key_rotated(*told.catalogue, rotation, at));
    if (replayed) add(log_key_rotated(*told.catalogue, rotation, Position{told.size()}));
    told.stop_unsigned();
    told.sign_raw(told.raw(), replayed ? *next : *eve);
    const VerifyReport report = told.check(own->public_key());
    CHECK(report.verdict == Verdict::tampered);
    CHECK_MESSAGE(tells(report, "log key", replayed ? at.value + 1 : at.value), ::told(report));
    CHECK(tells(report, "signature") == !replayed);          // the head of a key that nobody named
  }
}

TEST_CASE("log keys: files cut short by a crash keep no ledger from opening") {
  KeyHouse house;
  const auto half = house.engine->prepare_log_key(ada);
  REQUIRE(half);
  house.stop();
  fs::resize_file(house.file_of(*half), 9);
  house.reopen();
  REQUIRE(house.engine->prepared_log_keys().size() == 1);
  CHECK_FALSE(house.engine->prepared_log_keys().front().key);
  CHECK(house.engine->rotate_log_key(ada, hex_id(*half)).error().code == Code::conflict);
  CHECK(house.rotate().all().size() == 2);
}
