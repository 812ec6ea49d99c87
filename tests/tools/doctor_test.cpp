#include <doctest/doctest.h>
#include <signal.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "tests/tools/desk.h"
#include "tools/acta/exit_code.h"
#include "tools/acta/start_remedy.h"

using namespace acta::test;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

struct DoctorDesk : Desk {
  DoctorDesk() { init(); }
  Outcome doctor() const { return run({"doctor", "--json", "--listen", "127.0.0.1:0"}); }
  // The one check that is wrong; fails the test when there are others.
  json wrong() const {
    json found;
    const auto items = doctor().json()["items"];
    for (const auto& item : items) {
      if (item["state"] != "wrong") continue;
      CHECK(found.is_null());
      found = item;
    }
    REQUIRE(found.is_object());
    CHECK_FALSE(found["way_out"].get<std::string>().empty());
    return found;
  }
};

std::string remedy_of(const std::string& code) {
  for (int i = 0; i <= static_cast<int>(acta::Code::unsupported); ++i)
    if (acta::cli::name_of(static_cast<acta::Code>(i)) == code) return std::string(acta::cli::start_remedy(static_cast<acta::Code>(i)));
  return {};
}

// Moves the wall clock of one program; of the package faketime.
std::string fake_time() {
  for (const auto& item : fs::directory_iterator("/usr/lib"))
    if (fs::exists(item.path() / "faketime/libfaketimeMT.so.1")) return (item.path() / "faketime/libfaketimeMT.so.1").string();
  FAIL("libfaketime is not there: tools/packages names its package");
  return {};
}

// Every file with its size and time.
std::vector<std::string> traces(const std::string& folder) {
  std::vector<std::string> out;
  for (const auto& item : fs::recursive_directory_iterator(folder)) {
    const auto time = item.last_write_time().time_since_epoch().count();
    out.push_back(item.path().string() + " " + std::to_string(item.is_regular_file() ? item.file_size() : 0) + " " + std::to_string(time));
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

TEST_CASE("doctor: a folder that would start has nothing wrong, and each check says what it found") {
  const DoctorDesk desk;
  const auto answer = desk.doctor();
  CHECK(answer.exit == 0);
  const auto items = answer.json()["items"];
  std::vector<std::string> names;
  for (const auto& item : items) {
    names.push_back(item["check"]);
    CHECK(item["state"] == "ok");
    CHECK_FALSE(item["what"].get<std::string>().empty());
  }
  CHECK(names == std::vector<std::string>{"folder", "format", "owner", "ledger", "head file", "keys", "clock", "key-encryption key", "views", "subscriptions", "disk space", "TLS", "address"});
  CHECK(holds(desk.run({"doctor", "--listen", "127.0.0.1:0"}).out, "Nothing is in the way of a start."));
}

TEST_CASE("doctor: it changes nothing") {
  const DoctorDesk desk;
  desk.open_case();
  for (const auto* name : {"stdin", "stdout", "stderr"}) desk.write(name, "");
  fs::create_directory(desk.path("house"));
  for (const auto* of : {"acta-data", "acta-data.keys", "acta-data.kek", "acta-data.head"}) fs::rename(desk.path(of), desk.path(std::string("house/") + of));
  const auto before = traces(desk.path("house"));
  CHECK(desk.run({"doctor", "--data", "house/acta-data", "--listen", "127.0.0.1:0"}).exit == 0);
  CHECK(traces(desk.path("house")) == before);
}

TEST_CASE("doctor: a folder that is not there is not made") {
  const Desk desk;
  const auto answer = desk.run({"doctor", "--listen", "127.0.0.1:0"});
  CHECK(answer.exit == 5);
  CHECK(holds(answer.out, "`acta init` makes one"));
  CHECK_FALSE(fs::exists(desk.path("acta-data")));
}

TEST_CASE("doctor: a foreign folder and a newer format are told apart") {
  const DoctorDesk desk;
  desk.write("acta-data/FORMAT", "acta-ledger 2\n");
  CHECK(desk.wrong()["code"] == "newer");
  CHECK(desk.doctor().exit == 1);
  desk.write("acta-data/FORMAT", "something else\n");
  CHECK(desk.wrong()["code"] == "foreign");
}

TEST_CASE("doctor: a missing key, and one that others may read, are named with what helps") {
  const DoctorDesk desk;
  desk.copy("acta-data.kek", "kept");
  fs::permissions(desk.path("acta-data.kek"), fs::perms::group_read, fs::perm_options::add);
  const auto open = desk.doctor();
  CHECK(open.exit == 6);
  CHECK(holds(open.out, "chmod go-rwx acta-data.kek"));
  desk.remove("acta-data.kek");
  const auto missing = desk.doctor();
  CHECK(missing.exit == 1);
  CHECK(holds(missing.out, "key file acta-data.kek is missing"));
  fs::rename(desk.path("kept"), desk.path("acta-data.kek"));
  fs::permissions(desk.path("acta-data.kek"), fs::perms::owner_read | fs::perms::owner_write);
  CHECK(desk.doctor().exit == 0);
  desk.remove("acta-data.keys/secrets");
  CHECK(desk.wrong()["check"] == "keys");
  CHECK(desk.wrong()["code"] == "missing_key");
  desk.remove("acta-data.keys");
  CHECK(holds(desk.wrong()["what"].get<std::string>(), "key folder acta-data.keys is missing"));
}

TEST_CASE("doctor: keys and head file of another ledger are told") {
  const DoctorDesk desk, other;
  fs::copy(other.path("acta-data.head"), desk.path("other.head"));
  desk.copy("acta-data.head", "own.head");
  fs::rename(desk.path("other.head"), desk.path("acta-data.head"));
  CHECK(desk.wrong()["check"] == "head file");
  CHECK(desk.doctor().exit == 3);
  fs::rename(desk.path("own.head"), desk.path("acta-data.head"));
  for (const auto* of : {"acta-data.keys", "acta-data.kek"}) {
    desk.remove(of);
    fs::copy(other.path(of), desk.path(of), fs::copy_options::recursive);
  }
  fs::permissions(desk.path("acta-data.keys"), fs::perms::owner_all);
  CHECK(desk.wrong()["check"] == "keys");
  CHECK(desk.wrong()["code"] == "foreign");
}

TEST_CASE("doctor: an older copy of the folder is told by its head file") {
  const DoctorDesk desk;
  desk.copy("acta-data", "old");
  desk.open_case();
  desk.replace("acta-data", "old");
  CHECK(desk.wrong()["check"] == "head file");
  CHECK(desk.wrong()["code"] == "rolled_back");
  CHECK(desk.doctor().exit == 3);
}

TEST_CASE("doctor: a ledger that does not open is named by its file, and the rest is looked at all the same") {
  const DoctorDesk desk;
  desk.remove("acta-data/ledger/CURRENT");
  const auto answer = desk.doctor();
  CHECK(answer.exit != 0);
  CHECK(desk.wrong()["check"] == "ledger");
  std::size_t ok = 0, skipped = 0;
  const auto items = answer.json()["items"];
  for (const auto& item : items) {
    ok += item["state"] == "ok";
    skipped += item["state"] == "skipped";
  }
  CHECK(ok == 9);
  CHECK(skipped == 3);
}

TEST_CASE("doctor: a folder that is being served is in order, and so is the address") {
  const DoctorDesk desk;
  const Serving serving(desk);
  const auto answer = desk.run({"doctor", "--json", "--listen", serving.address()});
  CHECK(answer.exit == 0);
  CHECK(holds(answer.out, "served at http://" + serving.address() + " by process " + std::to_string(serving.pid())));
  CHECK(holds(answer.out, serving.address() + " is where this ledger's server listens"));
}

TEST_CASE("doctor: an owner that does not answer, and a taken port, are told") {
  const DoctorDesk desk, other;
  const Serving serving(desk);
  desk.remove("acta-data/server.json");
  const auto owned = desk.wrong();
  CHECK(owned["check"] == "owner");
  CHECK(holds(owned["what"].get<std::string>(), "in use by process " + std::to_string(serving.pid())));
  const auto taken = other.run({"doctor", "--json", "--listen", serving.address()});
  CHECK(taken.exit == 1);
  CHECK(holds(taken.out, "the port of " + serving.address() + " is taken"));
}

TEST_CASE("doctor: a file in the place of the subscriptions is named, with what helps, and refuses the start") {
  const DoctorDesk desk;
  desk.write("acta-data/subscriptions", "not a folder");
  CHECK(desk.wrong()["check"] == "subscriptions");
  CHECK(holds(desk.wrong()["what"].get<std::string>(), "acta-data/subscriptions is not a folder: move it away"));
  const auto start = desk.run({"serve", "--listen", "127.0.0.1:0"});
  CHECK(start.exit == 1);
  CHECK(holds(start.err, "acta-data/subscriptions"));
}

TEST_CASE("doctor: settings that cannot be read are told by file and line, as by a start") {
  const DoctorDesk desk;
  desk.write("acta.toml", "workers = 8\nconections-max = 5\n");
  for (const auto* verb : {"doctor", "serve"}) {
    const auto answer = desk.run({verb, "--listen", "127.0.0.1:0"});
    CHECK(answer.exit == 2);
    CHECK(holds(answer.err, "acta.toml:2: there is no setting `conections-max`"));
  }
}

TEST_CASE("doctor: every code there is has a sentence with the way out, or stops no start") {
  const std::set<std::string> of_commands = {"conflict", "refused", "stale", "key_reused", "in_flight", "gone", "too_large", "unsupported"};
  const Desk desk;
  const auto codes = desk.shell("sed -n '/^enum class Code/,/^}/s/^  \\([a-z_]*\\),.*/\\1/p' " ACTA_SOURCE_DIR "/events/result.h").out;
  std::istringstream in(codes);
  int value = 0;
  for (std::string code; std::getline(in, code); ++value) {
    const auto remedy = acta::cli::start_remedy(static_cast<acta::Code>(value));
    CHECK(acta::cli::name_of(static_cast<acta::Code>(value)) == code);
    CHECK_MESSAGE(remedy.empty() == of_commands.contains(code), code);
    if (!remedy.empty()) CHECK_MESSAGE((remedy.ends_with(".") && remedy.find(". ") == std::string_view::npos), remedy);
  }
  CHECK(value == static_cast<int>(acta::Code::unsupported) + 1);
}

TEST_CASE("doctor: each code that refuses a start is told by it, with the sentence that is meant for it") {
  const DoctorDesk desk, other;
  std::set<std::string> told;
  const auto look = [&](const Words& more = {}, const Surroundings& around = {}) {
    Words words = {"doctor", "--json"};
    words.insert(words.end(), more.begin(), more.end());
    if (std::find(more.begin(), more.end(), "--listen") == more.end()) words.insert(words.end(), {"--listen", "127.0.0.1:0"});
    const auto items = desk.run(words, around).json()["items"];
    for (const auto& item : items) {
      if (item["state"] != "wrong") continue;
      told.insert(item["code"]);
      CHECK_FALSE(item["what"].get<std::string>().empty());
      CHECK(item["way_out"] == remedy_of(item["code"]));
    }
  };
  const auto with = [&](const std::string& file, const std::string& text) {
    desk.copy(file, "kept");
    desk.write(file, text);
    look();
    desk.remove(file);
    fs::rename(desk.path("kept"), desk.path(file));
  };
  look({"--tls-cert", "a.crt"});                                    // malformed
  look({"--listen", "0.0.0.0:0"});                                  // invalid
  look({"--data", "nowhere"});                                      // not_found
  look({"--free-space-min", "1000000000"});                         // full
  look({"--keys", "nowhere"});                                      // missing_key
  look({"--keys", other.path("acta-data.keys"), "--kek", other.path("acta-data.kek")});   // foreign
  look({"--head", "nowhere"});                                      // rolled_back
  look({}, {.environment = {{"LD_PRELOAD", fake_time()}, {"FAKETIME", "-10d"}}});         // clock
  with("acta-data/FORMAT", "acta-ledger 2\n");                     // newer
  with("acta-data.head", "not a note\n");                          // damaged
  desk.write("acta-data/views", "not a folder");
  look();                                                           // unavailable
  desk.remove("acta-data/views");
  fs::permissions(desk.path("acta-data.kek"), fs::perms::group_read, fs::perm_options::add);
  look();                                                           // denied
  fs::permissions(desk.path("acta-data.kek"), fs::perms::group_read, fs::perm_options::remove);
  const Serving serving(other);
  look({"--listen", serving.address()});                            // in_use
  std::set<std::string> expected;
  for (int i = 0; i <= static_cast<int>(acta::Code::unsupported); ++i)
    if (!acta::cli::start_remedy(static_cast<acta::Code>(i)).empty()) expected.emplace(acta::cli::name_of(static_cast<acta::Code>(i)));
  expected.erase("busy");   // of a server that runs: tests/api shows what it is not ready for
  CHECK(told == expected);
}

TEST_CASE("doctor: a file in the place of the views is named, with what helps") {
  const DoctorDesk desk;
  desk.write("acta-data/views", "not a folder");
  CHECK(desk.wrong()["check"] == "views");
  CHECK(holds(desk.wrong()["what"].get<std::string>(), "acta-data/views is not a folder: remove it"));
  desk.remove("acta-data/views");
  CHECK(desk.doctor().exit == 0);
}

TEST_CASE("doctor: too little room, an address of others and one that is none are told before a start meets them") {
  const DoctorDesk desk;
  const auto full = desk.run({"doctor", "--json", "--listen", "127.0.0.1:0", "--free-space-min", "1000000000"});
  CHECK(full.exit == 1);
  CHECK(holds(full.out, "MiB are free where the ledger lies, 1000000000 are needed"));
  for (const auto* listen : {"0.0.0.0:0", "7171", "127.0.0.1:x"}) {
    const auto answer = desk.run({"doctor", "--listen", listen});
    CHECK(answer.exit == 1);
    CHECK(holds(answer.out, std::string("address: cannot listen on ") + listen));
  }
}

TEST_CASE("doctor: a damaged key file, and a head file that is none, are named") {
  const DoctorDesk desk;
  desk.copy("acta-data.head", "head");
  desk.write("acta-data.head", "not a note\n");
  CHECK(desk.wrong()["check"] == "head file");
  CHECK(desk.wrong()["code"] == "damaged");
  desk.remove("acta-data.head");
  CHECK(desk.wrong()["code"] == "rolled_back");
  std::filesystem::rename(desk.path("head"), desk.path("acta-data.head"));
  desk.write("acta-data.keys/secrets", "not sealed");
  CHECK(desk.wrong()["check"] == "keys");
  CHECK(desk.wrong()["code"] == "damaged");
}

TEST_CASE("doctor: TLS files that would keep it from starting are told") {
  const DoctorDesk desk;
  const auto half = desk.run({"doctor", "--listen", "127.0.0.1:0", "--tls-cert", "a.crt"});
  CHECK(half.exit == 1);
  CHECK(holds(half.out, "TLS: tls-cert names a certificate, and its private key is missing"));
  const auto missing = desk.run({"doctor", "--listen", "127.0.0.1:0", "--tls-cert", "a.crt", "--tls-key", "a.key"});
  CHECK(missing.exit == 5);
  CHECK(holds(missing.out, "TLS: there is no file a.crt"));
}

TEST_CASE("doctor: people see a table, and below it what is wrong in full") {
  const DoctorDesk desk;
  desk.remove("acta-data.keys");
  const auto text = desk.run({"doctor", "--listen", "127.0.0.1:0"}).out;
  CHECK(holds(text, "\nkeys                wrong  "));
  CHECK(holds(text, "\nkeys: key folder acta-data.keys is missing: restore it from the key backup\n  Put the key files back"));
}
