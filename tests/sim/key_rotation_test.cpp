#include <doctest/doctest.h>

#include "engine/disk.h"
#include "engine/folders.h"
#include "engine/ledger/verify.h"
#include "tests/engine/installation.h"
#include "tests/sim/faulty_disk.h"

using namespace acta;
using namespace acta::sim;

namespace {

const KeyOrder ada{.actor = "ada", .role = "administrator"};

// A whole installation on a disk that loses power.
struct House {
  FaultyDisk disk;
  HandClock clock;
  Folders folders = Folders::beside("/data/ledger");
  Environment environment{.env = &disk.env(), .clock = &clock, .free_bytes_min = 0, .fail_stop = [](const Error&) {}};
  std::unique_ptr<Engine> engine;
  PublicKey first;

  House() {
    REQUIRE(make_folder(disk.env(), "/data"));
    const Founding founding{.origin = "acta.example/test", .facility = "Test facility", .founders = {{.handle = "ada", .roles = {"administrator"}}, {.handle = "ben", .roles = {"administrator"}}}};
    auto made = Engine::create(folders, founding, environment);
    if (!made) FAIL(made.error().message);
    engine = std::move(*made);
    first = engine->genesis().log_key;
  }
  void open() {
    auto opened = Engine::open(folders, Access::write, environment);
    if (!opened) FAIL("refused to open: " << opened.error().message);
    engine = std::move(*opened);
  }
  void check_sound() {
    const auto report = verify({.folder = ledger_folder(folders), .head_file = folders.head, .data_name = "simulated", .env = &disk.env(), .key = first, .progress = {}});
    REQUIRE(report);
    CHECK_MESSAGE(report->verdict == Verdict::sound, (report->findings.empty() ? "" : report->findings.front().detail));
  }
};

}  // namespace

TEST_CASE("log keys: power may go at each step of a rotation; the ledger opens, under one key or the other, and goes on") {
  std::size_t before = 0, after = 0;
  for (std::uint64_t steps = 1; ; ++steps) {
    CAPTURE(steps);
    House house;
    house.disk.cut_power_after(steps);
    const bool told = static_cast<bool>(house.engine->rotate_log_key(ada, {}));
    const bool whole = house.disk.powered();
    house.engine.reset();
    house.disk.crash(steps);
    house.open();
    const LogKeys keys = house.engine->log_keys();
    if (told) CHECK(keys.all().size() == 2);                // what was acknowledged is there
    ++(keys.all().size() == 2 ? after : before);
    const auto note = house.engine->checkpoint();
    REQUIRE(note);
    CHECK(open_checkpoint(*note, {keys.current().key}));
    CHECK_FALSE(holds_retired_key(house.engine->keys(), keys));
    house.engine.reset();
    house.check_sound();
    if (whole) break;                                       // the power outlasted it
  }
  CHECK(before > 0);
  CHECK(after > 1);
}
