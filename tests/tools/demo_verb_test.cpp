#include <doctest/doctest.h>
#include <signal.h>

#include "tests/tools/demo_sample.h"
#include "tests/tools/desk.h"

using namespace acta;
using namespace acta::test;

namespace {

std::uint64_t told_entries() { return Sample::told().engine().ledger().head().size; }

}  // namespace

TEST_CASE("acta demo: it fills the folder, says what lies there and that the log key is public") {
  const Desk desk;
  const Outcome told = desk.run({"demo", "--no-serve"});
  CHECK_MESSAGE(told.exit == 0, told.err);
  for (const char* said : {"83, 61 of which became actions", "6 attempts that were refused", "acta.example/mieux-sample+", "so it is public", " serve\n"}) CHECK_MESSAGE(told.out.find(said) != std::string::npos, said);

  const Outcome sound = desk.run({"verify"});
  CHECK_MESSAGE(sound.exit == 0, sound.out);

  const Outcome again = desk.run({"demo", "--no-serve"});
  CHECK(again.exit == 4);
  CHECK(again.err.find("acta-data is not empty") != std::string::npos);
  CHECK(again.err.find("acta serve") != std::string::npos);
  CHECK(desk.run({"verify"}).out == sound.out);
}

TEST_CASE("acta demo: --json tells the same as one object") {
  const Desk desk;
  const auto told = desk.run({"demo", "--no-serve", "--json"}).json();
  CHECK(told["cases"] == 83);
  CHECK(told["actions"] == 61);
  CHECK(told["size"] == told_entries());
  CHECK(told["seed"] == demo_seed);
  CHECK(told["demo"] == true);
  CHECK(told["bytes"].get<std::uint64_t>() > 100'000);
}

TEST_CASE("acta demo: a folder with anything in it is left as it is") {
  const Desk desk;
  desk.shell("mkdir acta-data");
  desk.write("acta-data/letter.txt", "mine");
  const Outcome refused = desk.run({"demo", "--no-serve"});
  CHECK(refused.exit == 4);
  CHECK(desk.read("acta-data/letter.txt") == "mine");
  CHECK(desk.read("acta-data.kek").empty());
}

TEST_CASE("acta demo: a server cannot be filled") {
  const Desk desk;
  const Outcome refused = desk.run({"demo", "--no-serve", "--url", "http://127.0.0.1:1"});
  CHECK(refused.exit == 2);
  CHECK(refused.err.find("--url") != std::string::npos);
}

TEST_CASE("acta demo: it serves what it told, on the wall clock") {
  const Desk desk;
  Serving served(desk, {"demo", "--listen", "127.0.0.1:0"});
  CHECK(served.out().find("83, 61 of which became actions") != std::string::npos);
  CHECK(served.out().find("Entry " + std::to_string(told_entries()) + " ends that") != std::string::npos);
  const Outcome opened = desk.run({"record", "new", "--input", ACTA_SOURCE_DIR "/docs/examples/open-case.json", "--as", "jo.example", "--role", "project_officer"});
  CHECK_MESSAGE(opened.exit == 0, opened.err);
  CHECK(served.stop(SIGTERM).exit == 0);
  CHECK(desk.run({"verify"}).exit == 0);
}
