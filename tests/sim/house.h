#pragma once
// A whole installation on a disk that may fail.

#include "engine/disk.h"
#include "engine/folders.h"
#include "engine/ledger/verify.h"
#include "tests/engine/installation.h"
#include "tests/sim/faulty_disk.h"

namespace acta::sim {

struct House {
  FaultyDisk& disk;
  HandClock clock;
  Folders folders = Folders::beside("/data/ledger");
  Environment environment{.env = &disk.env(), .clock = &clock, .free_bytes_min = 0, .fail_stop = [](const Error&) {}};
  std::unique_ptr<Engine> engine;

  explicit House(FaultyDisk& on) : disk(on) {}

  static Founding founding() {
    return {.origin = "acta.example/test", .facility = "Test facility", .founders = {{.handle = "ada", .roles = {"administrator"}}, {.handle = "ben", .roles = {"administrator"}}}};
  }
  Result<void> found() {
    ACTA_TRY(engine, Engine::create(folders, founding(), environment));
    return {};
  }
  Result<void> open() {
    ACTA_TRY(engine, Engine::open(folders, Access::write, environment));
    return {};
  }
  // An entry of the ledger's own.
  Result<Recorded> append() {
    clock.jump(3'600'000'000);
    return engine->confirm_clock("ada", "administrator");
  }
  // Nothing: sound.
  std::optional<std::string> verified() const {
    const auto report = verify({.folder = ledger_folder(folders), .head_file = folders.head, .data_name = "simulated", .env = &disk.env(), .key = {}, .progress = {}});
    if (!report) return "verify: " + report.error().message;
    if (report->verdict == Verdict::sound) return std::nullopt;
    return "verify: " + (report->findings.empty() ? std::string("not sound") : report->findings.front().what + ", " + report->findings.front().detail);
  }
};

inline std::unique_ptr<House> opened_house(FaultyDisk& disk) {
  auto house = std::make_unique<House>(disk);
  const auto opened = house->open();
  if (!opened) FAIL(opened.error().message);
  return house;
}

// Its process ends without closing anything.
inline void end(std::unique_ptr<House>& house, FaultyDisk& disk) {
  disk.cut_power();
  house.reset();
}

// A disk on which one was founded, `then` used, and stopped.
inline DiskModel disk_with_house(const std::function<void(House&)>& then = [](House&) {}) {
  FaultyDisk disk;
  REQUIRE(make_folder(disk.env(), "/data"));
  {
    House house(disk);
    const auto founded = house.found();
    if (!founded) FAIL(founded.error().message);
    then(house);
    REQUIRE(house.engine->close());
  }
  return disk.settled();
}

}  // namespace acta::sim
