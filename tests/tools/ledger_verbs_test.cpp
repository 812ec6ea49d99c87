#include <doctest/doctest.h>

#include "engine/engine.h"
#include "tests/tools/desk.h"

using namespace acta;
using namespace acta::test;

namespace {

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// Far enough ahead of the wall clock to be no jitter.
struct AheadClock final : Clock {
  WallClock wall;
  Instant now() const override { return Instant{wall.now().micros + 3'600'000'000}; }
  std::int64_t steady_micros() const override { return wall.steady_micros(); }
};

// A ledger whose newest entry is an hour ahead of this machine's clock.
struct AheadDesk : Desk {
  AheadDesk() {
    AheadClock clock;
    Environment environment;
    environment.clock = &clock;
    const Founding founding{.origin = "acta.example/desk", .facility = "Desk facility", .founders = {{.handle = "ada", .roles = {"administrator"}}, {.handle = "ben", .roles = {"administrator"}}}};
    auto engine = Engine::create(Folders::beside(path("acta-data")), founding, environment);
    REQUIRE(engine);
    REQUIRE((*engine)->close());
  }
};

}  // namespace

TEST_CASE("prove: somebody else's verifier accepts the proof, and no other entry for it") {
  const Desk desk;
  desk.init();
  desk.open_case();
  REQUIRE(desk.run({"prove", "11", "-o", "event.tlog-proof"}).exit == 0);
  CHECK(desk.run({"prove", "11"}).out == desk.read("event.tlog-proof"));
  const std::string key = desk.run({"verify", "--json"}).json()["key"];
  auto engine = Engine::open(Folders::beside(desk.path("acta-data")), Access::read, {});
  REQUIRE(engine);
  for (const std::uint64_t position : {11, 10}) {
    const auto bytes = (*engine)->ledger().read_bytes(Position{position});
    REQUIRE(bytes);
    desk.write("entry", std::string(text_view(*bytes)));
    const auto checked = desk.shell("python3 " ACTA_SOURCE_DIR "/tests/golden/check_proof.py event.tlog-proof '" + key + "' entry");
    CHECK_MESSAGE(checked.exit == (position == 11 ? 0 : 3), checked.err);
  }
}

TEST_CASE("prove: what is not in the ledger has no proof, and a file that cannot be written is named") {
  const Desk desk;
  desk.init();
  CHECK(desk.run({"prove", "1000"}).exit == 5);
  const auto unwritable = desk.run({"prove", "1", "-o", "nothing/proof"});
  CHECK(unwritable.exit == 1);
  CHECK(holds(unwritable.err, "cannot write nothing/proof"));
}

TEST_CASE("checkpoint: a server signs what was just recorded, a stopped folder shows the newest that was signed") {
  const Desk desk;
  desk.init();
  {
    const Serving serving(desk);
    desk.open_case();
    CHECK(desk.run({"checkpoint"}).out.starts_with("acta.example/desk\n12\n"));
  }
  CHECK(desk.run({"checkpoint"}).out.starts_with("acta.example/desk\n12\n"));
}

TEST_CASE("clock: with one that cannot be trusted nothing is recorded until somebody confirms it") {
  const AheadDesk desk;
  const auto examined = desk.run({"doctor", "--json", "--listen", "127.0.0.1:0"});
  CHECK(examined.exit == 1);
  CHECK(holds(examined.out, "behind the newest entry"));
  const Words record = {"record", "new", "--input", ACTA_SOURCE_DIR "/docs/examples/open-case.json", "--as", "jo.example", "--role", "project_officer"};
  const auto refused = desk.run(record);
  CHECK(refused.exit == 1);
  CHECK(holds(refused.err, "acta clock confirm"));
  CHECK(desk.run({"cases"}).exit == 0);

  CHECK(desk.run({"clock", "confirm"}).exit == 6);
  CHECK(desk.run({"clock", "confirm", "--as", "ada", "--role", "no_such_role"}).exit == 6);
  Serving serving(desk);
  CHECK(holds(serving.out(), "nothing is recorded for now: the wall clock is "));
  CHECK(desk.run(record).exit == 1);
  const auto confirmed = desk.run({"clock", "confirm", "--as", "ada", "--role", "administrator"});
  CHECK_MESSAGE(confirmed.exit == 0, confirmed.err);
  CHECK(confirmed.json()["position"] == 11);
  CHECK(desk.run(record).exit == 0);
}

TEST_CASE("clock: one that is trusted needs no confirmation") {
  const Desk desk;
  desk.init();
  CHECK(desk.run({"clock", "confirm", "--as", "ada", "--role", "administrator"}).exit == 4);
}
