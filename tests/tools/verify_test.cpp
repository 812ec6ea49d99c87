#include <doctest/doctest.h>
#include <rocksdb/env.h>
#include <signal.h>

#include <fstream>
#include <set>

#include "engine/ledger/store.h"
#include "tests/tools/desk.h"

using namespace acta;
using namespace acta::test;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

struct VerifyDesk : Desk {
  VerifyDesk() {
    init();
    const std::string reference = open_case()["reference"];
    REQUIRE(acknowledge(reference).exit == 0);
  }
  Outcome verify(const Words& more = {}) const {
    Words words = {"verify", "--json"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  // Through the database's own door, so that every checksum of its files holds.
  void put(Family family, ByteView key, ByteView value) const {
    auto store = open_store({.folder = path("acta-data/ledger"), .env = rocksdb::Env::Default(), .access = Access::write, .create = false, .sync = true});
    REQUIRE(store);
    REQUIRE((*store)->db->Put(rocksdb::WriteOptions(), (*store)->family(family), slice(key), slice(value)).ok());
  }
  Bytes get(Family family, ByteView key) const {
    auto store = open_store({.folder = path("acta-data/ledger"), .env = rocksdb::Env::Default(), .access = Access::read, .create = false, .sync = true});
    REQUIRE(store);
    return **(*store)->get(family, key);
  }
  // The newest file of the ledger whose name ends so.
  std::string ledger_file(std::string_view end) const {
    std::string found;
    for (const auto& item : fs::directory_iterator(path("acta-data/ledger")))
      if (item.path().filename().string().ends_with(end) && item.path().string() > found) found = item.path().string();
    REQUIRE_FALSE(found.empty());
    return found;
  }
};

void flip_byte(const std::string& file, std::uintmax_t at) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(at));
  const auto byte = static_cast<char>(stream.get() ^ 0x20);
  stream.seekp(static_cast<std::streamoff>(at));
  stream.put(byte);
  REQUIRE(stream.flush());
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> out;
  for (const auto& item : fs::directory_iterator(folder)) out.push_back(item.path().filename().string());
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

TEST_CASE("verify: a stopped folder is sound, and the report says what is in it") {
  const VerifyDesk desk;
  const auto answer = desk.verify();
  CHECK(answer.exit == 0);
  const auto report = answer.json();
  CHECK(report["verdict"] == "sound");
  CHECK(report["size"] == 13);
  CHECK(report["signed_size"] == 13);
  CHECK(report["unsigned"] == 0);
  CHECK(report["origin"] == "acta.example/desk");
  CHECK(report["counts"] == json{{"cases", 1}, {"events", 2}, {"refusals", 0}, {"notices", 0}, {"ledger", 11}, {"time_stamps", 0}});
  CHECK(report["findings"].empty());
  CHECK(holds(report["remarks"].dump(), "not provable here"));
}

TEST_CASE("verify: root and size are those of the signed checkpoint") {
  const VerifyDesk desk;
  const auto report = desk.verify().json();
  CHECK(desk.run({"checkpoint"}).out.starts_with("acta.example/desk\n13\n" + report["root"].get<std::string>() + "\n\n"));
}

TEST_CASE("verify: people read a verdict, the facts it stands on, and what it cannot show") {
  const VerifyDesk desk;
  const auto text = desk.run({"verify"}).out;
  CHECK(holds(text, "\nSound: "));
  CHECK(holds(text, "acta.example/desk+"));
  CHECK(holds(text, "13 (2 events, 0 refusals, 0 notices, 11 about the ledger itself)"));
  CHECK(holds(text, "\nNote: not provable here"));
}

TEST_CASE("verify: a folder that is being served is checked in a copy, which goes afterwards") {
  const VerifyDesk desk;
  const Serving serving(desk);
  desk.open_case("k2");
  const auto before = names_in(desk.path("acta-data"));
  const auto answer = desk.verify();
  CHECK_MESSAGE(answer.exit == 0, answer.out << answer.err);
  CHECK(answer.json()["size"] == 14);
  CHECK(names_in(desk.path("acta-data")) == before);
  CHECK(desk.run({"cases"}).exit == 0);
}

TEST_CASE("verify: an older head file in the place of the newest is found, also while the ledger is served") {
  const VerifyDesk desk;
  const auto older = desk.read("acta-data.head");
  const Serving serving(desk);
  desk.open_case("k2");
  REQUIRE(desk.run({"checkpoint"}).out.starts_with("acta.example/desk\n14\n"));
  CHECK(desk.verify().exit == 0);
  desk.write("acta-data.head", older);
  const auto answer = desk.verify();
  CHECK(answer.exit == 3);
  CHECK(holds(answer.out, "an older head file was put in its place"));
}

TEST_CASE("verify: under load a live ledger is sound at every look") {
  const VerifyDesk desk;
  const Serving serving(desk);
  auto line = json::parse(example_body());
  line["actor"] = "jo.example";
  line["role"] = "project_officer";
  std::string text;
  for (int i = 0; i < 2'000; ++i) text += line.dump() + "\n";
  desk.write("lines.ndjson", text);
  Background importing(desk, {"import", "lines.ndjson"}, "importing");
  for (int look = 0; look < 5; ++look) {
    const auto answer = desk.verify();
    CHECK_MESSAGE(answer.exit == 0, answer.out << answer.err);
  }
  importing.stop(SIGKILL);
}

TEST_CASE("verify: the copy that a killed check left behind goes with the next one") {
  const VerifyDesk desk;
  const Serving serving(desk);
  fs::create_directories(desk.path("acta-data/verify-2147483646/ledger"));
  fs::create_directories(desk.path("acta-data/verify-notes"));
  CHECK(desk.verify().exit == 0);
  CHECK_FALSE(fs::exists(desk.path("acta-data/verify-2147483646")));
  CHECK(fs::exists(desk.path("acta-data/verify-notes")));
}

TEST_CASE("verify: with the key one trusts it is sound, with another it is not") {
  const VerifyDesk desk, other;
  const std::string key = desk.verify().json()["key"];
  const auto trusted = desk.verify({"--key", key});
  CHECK(trusted.exit == 0);
  CHECK_FALSE(holds(trusted.out, "the key that entry 0 names"));
  const auto untrusted = desk.verify({"--key", other.verify().json()["key"].get<std::string>()});
  CHECK(untrusted.exit == 8);
  CHECK(untrusted.json()["verdict"] == "untrusted_key");
}

TEST_CASE("verify: an entry that was altered through the database is named by its position") {
  const VerifyDesk desk;
  auto entry = desk.get(Family::entries, position_key(Position{11}));
  entry[entry.size() / 2] ^= 1;
  desk.put(Family::entries, position_key(Position{11}), entry);
  const auto answer = desk.verify();
  CHECK(answer.exit == 3);
  CHECK(answer.json()["verdict"] == "tampered");
  std::set<std::uint64_t> named;
  const auto findings = answer.json()["findings"];
  for (const auto& finding : findings)
    if (!finding["position"].is_null()) named.insert(finding["position"].get<std::uint64_t>());
  CHECK(named.contains(11));
  const auto text = desk.run({"verify"});
  CHECK(text.exit == 3);
  CHECK(holds(text.out, "  position 11: leaf hash: "));
  CHECK(holds(text.out, "\nTAMPERED: "));
}

TEST_CASE("verify: an index that was altered is found too") {
  const VerifyDesk desk;
  desk.put(Family::leaves, position_key(Position{5}), Bytes(32, 7));
  const auto answer = desk.verify();
  CHECK(answer.exit == 3);
  CHECK(holds(answer.out, "leaf hash"));
}

TEST_CASE("verify: an older copy of the folder is found by the head file beside it") {
  const VerifyDesk desk;
  desk.copy("acta-data", "old");
  desk.open_case("k2");
  desk.replace("acta-data", "old");
  const auto answer = desk.verify();
  CHECK(answer.exit == 3);
  CHECK(holds(answer.out, "cut tail"));
}

TEST_CASE("verify: a head file that is gone is told") {
  const VerifyDesk desk;
  desk.remove("acta-data.head");
  const auto answer = desk.verify();
  CHECK(answer.exit == 3);
  CHECK(holds(answer.out, "acta-data.head is missing"));
}

TEST_CASE("verify: a file of the database that is missing or altered is named, whatever it is") {
  for (const auto* end : {"CURRENT", ".sst", ".log"}) {
    const VerifyDesk desk;
    if (std::string_view(end) == ".log") desk.put(Family::registers, view(std::string_view("padding")), Bytes(100'000, 1));
    const std::string file = desk.ledger_file(end);
    flip_byte(file, fs::file_size(file) / 2);
    const auto altered = desk.verify();
    CHECK_MESSAGE(altered.exit == 3, file << altered.out << altered.err);
    CHECK_MESSAGE(holds(altered.out, fs::path(file).filename().string()), altered.out);
  }
  for (const auto* end : {"CURRENT", ".sst", "MANIFEST-"}) {
    const VerifyDesk desk;
    std::string file;
    for (const auto& name : names_in(desk.path("acta-data/ledger")))
      if (name.find(end) != std::string::npos) file = name;
    desk.remove("acta-data/ledger/" + file);
    const auto missing = desk.verify();
    CHECK_MESSAGE(missing.exit == 3, missing.out << missing.err);
    CHECK_MESSAGE(holds(missing.out, std::string_view(end) == "CURRENT" ? "acta-data/ledger" : fs::path(file).stem().string()), missing.out);
  }
}

TEST_CASE("verify: every byte of the newest tables and of the manifest counts") {
  const VerifyDesk whole;
  for (const auto* end : {".sst", "MANIFEST"}) {
    std::string name;
    for (const auto& found : names_in(whole.path("acta-data/ledger")))
      if (found.find(end) != std::string::npos) name = found;
    const auto size = fs::file_size(whole.path("acta-data/ledger/" + name));
    for (int part = 0; part < 8; ++part) {
      const Desk desk;
      for (const auto* of : {"acta-data", "acta-data.keys", "acta-data.kek", "acta-data.head"})
        fs::copy(whole.path(of), desk.path(of), fs::copy_options::recursive);
      flip_byte(desk.path("acta-data/ledger/" + name), size * static_cast<std::uintmax_t>(part) / 8);
      const auto answer = desk.run({"verify", "--json"});
      CHECK_MESSAGE(answer.exit == 3, name << " part " << part << answer.out);
    }
  }
}

TEST_CASE("verify: what is not signed yet is sound, and its length is told") {
  const VerifyDesk desk;
  Serving serving(desk);
  desk.open_case("k2");
  serving.stop(SIGKILL);
  const auto report = desk.verify().json();
  CHECK(report["verdict"] == "sound");
  CHECK(report["size"] == 14);
  CHECK(report["unsigned"] == 14 - report["signed_size"].get<int>());
}

TEST_CASE("verify: it waits for nobody who writes, and says who it is") {
  const VerifyDesk desk;
  const Serving serving(desk);
  desk.remove("acta-data/server.json");
  const auto answer = desk.run({"verify"});
  CHECK(answer.exit == 1);
  CHECK(holds(answer.err, "in use by process " + std::to_string(serving.pid())));
}
