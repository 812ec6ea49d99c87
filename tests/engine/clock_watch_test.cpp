#include "engine/clock_watch.h"

#include <doctest/doctest.h>

using namespace acta;

namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t day = 24 * 3'600 * second;

struct HandClock final : Clock {
  Instant wall{1'000'000 * second};
  std::int64_t steady = 0;
  Instant now() const override { return wall; }
  std::int64_t steady_micros() const override { return steady; }
  void pass(std::int64_t micros) {
    wall.micros += micros;
    steady += micros;
  }
};

}  // namespace

TEST_CASE("clock watch: time that passes on both clocks stops nothing") {
  HandClock clock;
  ClockWatch watch(clock, clock.wall);
  clock.pass(500 * day);
  CHECK(watch.check());
}

TEST_CASE("clock watch: a wall clock that leaves the steady one by more than 10 s stops writes until confirmed") {
  for (const std::int64_t jump : {11 * second, -11 * second}) {
    HandClock clock;
    ClockWatch watch(clock, clock.wall);
    clock.wall.micros += jump;
    REQUIRE_FALSE(watch.check());
    CHECK(watch.check().error().code == Code::clock);
    clock.wall.micros -= jump;
    CHECK_FALSE(watch.check());  // coming back does not heal what was seen
    watch.confirm();
    CHECK(watch.check());
  }
}

TEST_CASE("clock watch: a jump of 10 s is tolerated") {
  HandClock clock;
  ClockWatch watch(clock, clock.wall);
  clock.wall.micros += 10 * second;
  CHECK(watch.check());
}

TEST_CASE("clock watch: at the start a clock behind the newest entry by more than 10 s stops writes") {
  HandClock clock;
  CHECK(ClockWatch(clock, Instant{clock.wall.micros + 10 * second}).check());
  CHECK_FALSE(ClockWatch(clock, Instant{clock.wall.micros + 11 * second}).check());
}

TEST_CASE("clock watch: at the start a gap of more than 400 days stops writes") {
  HandClock clock;
  clock.wall.micros = 1'000 * day;
  CHECK(ClockWatch(clock, Instant{600 * day}).check());
  CHECK_FALSE(ClockWatch(clock, Instant{600 * day - second}).check());
  CHECK(ClockWatch(clock, std::nullopt).check());
}
