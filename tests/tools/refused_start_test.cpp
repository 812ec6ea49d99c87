// What refuses a start says why in a sentence of its own, with an exit code, and changes nothing.

#include <doctest/doctest.h>
#include <signal.h>

#include <fstream>

#include "tests/tools/desk.h"

using namespace acta::test;
namespace fs = std::filesystem;

namespace {

struct StartDesk : Desk {
  StartDesk() {
    init();
    open_case();
  }
  void check_refused(int exit, std::string_view sentence) const {
    for (const Words& words : {Words{"serve", "--listen", "127.0.0.1:0"}, {"cases"}}) {
      const auto answer = run(words);
      CHECK_MESSAGE(answer.exit == exit, words[0] << answer.err);
      CHECK_MESSAGE(answer.err.find(sentence) != std::string::npos, answer.err);
      CHECK(answer.out.empty());
    }
  }
};

}  // namespace

TEST_CASE("start: a folder of something else is left alone") {
  const Desk desk;
  fs::create_directory(desk.path("acta-data"));
  desk.write("acta-data/letter.txt", "Dear colleague");
  for (const Words& words : {Words{"serve", "--listen", "127.0.0.1:0"}, {"cases"}, {"verify"}, {"doctor"}}) {
    const auto answer = desk.run(words);
    CHECK(answer.exit == 1);
    CHECK((answer.err + answer.out).find("acta-data is not a data folder of Acta") != std::string::npos);
  }
  CHECK(std::distance(fs::directory_iterator(desk.path("acta-data")), {}) == 1);
}

TEST_CASE("start: a folder of a newer format asks for a newer release") {
  const StartDesk desk;
  desk.write("acta-data/FORMAT", "acta-ledger 7\n");
  desk.check_refused(1, "acta-data has format 7, this program knows 1: use a newer release");
}

TEST_CASE("start: without its key-encryption key or a key file it is refused by the file's name") {
  const StartDesk desk;
  fs::rename(desk.path("acta-data.kek"), desk.path("kept"));
  desk.check_refused(1, "key file acta-data.kek is missing");
  fs::rename(desk.path("kept"), desk.path("acta-data.kek"));
  desk.remove("acta-data.keys/segment-000000");
  desk.check_refused(1, "key file acta-data.keys/segment-000000 is missing");
}

TEST_CASE("start: keys that others may read are refused with the command that helps") {
  const StartDesk desk;
  fs::permissions(desk.path("acta-data.keys/secrets"), fs::perms::others_read, fs::perm_options::add);
  desk.check_refused(6, "chmod go-rwx acta-data.keys/secrets");
}

TEST_CASE("start: keys of another ledger are refused") {
  const StartDesk desk, other;
  for (const auto* of : {"acta-data.keys", "acta-data.kek"}) {
    desk.remove(of);
    fs::copy(other.path(of), desk.path(of), fs::copy_options::recursive);
  }
  fs::permissions(desk.path("acta-data.keys"), fs::perms::owner_all);
  desk.check_refused(1, "key folder acta-data.keys belongs to ledger ");
}

TEST_CASE("start: an older copy of the folder is refused") {
  const StartDesk desk;
  desk.copy("acta-data", "old");
  desk.open_case("k2");
  desk.replace("acta-data", "old");
  desk.check_refused(3, "entry 12 is missing. This is an older copy: put back the newest. If that is lost, `acta recover` says what to do");
}

TEST_CASE("start: without its head file it is refused") {
  const StartDesk desk;
  desk.remove("acta-data.head");
  desk.check_refused(3, "the head file acta-data.head is missing");
}

TEST_CASE("start: a head file that is no signed note is refused") {
  const StartDesk desk;
  desk.write("acta-data.head", "not a note\n");
  desk.check_refused(3, "acta-data.head");
}

TEST_CASE("start: a file in the place of the views is refused by its name") {
  const StartDesk desk;
  desk.remove("acta-data/views");
  desk.write("acta-data/views", "not a folder");
  desk.check_refused(1, "acta-data/views");
}

TEST_CASE("start: a damaged log of the database is refused by file and place") {
  const StartDesk desk;
  std::string manifest;
  for (const auto& item : fs::directory_iterator(desk.path("acta-data/ledger")))
    if (item.path().filename().string().starts_with("MANIFEST-")) manifest = item.path().string();
  std::fstream(manifest, std::ios::in | std::ios::out | std::ios::binary).seekp(20).put('\x55');
  desk.check_refused(3, fs::path(manifest).filename().string() + ": ");
  desk.check_refused(3, " at byte ");
}
