#pragma once
// A ledger folder with everything that belongs to it, opened and closed at will.

#include <doctest/doctest.h>

#include "engine/engine.h"
#include "tests/engine/scratch.h"

namespace acta {

// Set by hand on both sides.
struct HandClock final : Clock {
  std::atomic<std::int64_t> wall{1'700'000'000'000'000}, steady{0};
  Instant now() const override { return Instant{wall}; }
  std::int64_t steady_micros() const override { return steady; }
  void pass(std::int64_t micros) {
    wall += micros;
    steady += micros;
  }
  void jump(std::int64_t micros) { wall += micros; }
};

struct Installation {
  Scratch scratch;
  HandClock clock;
  Folders folders = Folders::beside(scratch / "data");
  Environment environment{.clock = &clock};
  Founding founding{.origin = "acta.example/test", .facility = "Test facility", .founders = {{.handle = "ada", .roles = {"administrator"}}, {.handle = "ben", .roles = {"administrator"}}}};
  std::unique_ptr<Engine> engine;

  Engine& create() {
    auto made = Engine::create(folders, founding, environment);
    if (!made) {
      for (const FieldError& fault : made.error().fields) MESSAGE(fault.pointer << " " << fault.detail);
      FAIL(made.error().message);
    }
    engine = std::move(*made);
    return *engine;
  }
  Result<std::unique_ptr<Engine>> open(Access access = Access::write) const { return Engine::open(folders, access, environment); }
  Engine& reopen() {
    stop();
    auto opened = open();
    if (!opened) FAIL(opened.error().message);
    engine = std::move(*opened);
    return *engine;
  }
  void stop() { engine.reset(); }
  // A ledger that was made and stopped.
  void make() {
    create();
    stop();
  }
  Code open_error() const {
    const auto opened = open();
    REQUIRE_FALSE(opened);
    return opened.error().code;
  }
};

}  // namespace acta
