#include "engine/random.h"

#include <doctest/doctest.h>

#include "engine/clock.h"

using namespace acta;

TEST_CASE("random: the same seed gives the same bytes, whatever the pieces they are drawn in") {
  const auto whole = seeded_randomness(7);
  const auto pieces = seeded_randomness(7);
  const Bytes expected = random_bytes(*whole, 200);
  Bytes drawn;
  for (const std::size_t count : {1u, 63u, 64u, 65u, 7u}) put(drawn, random_bytes(*pieces, count));
  CHECK(drawn == expected);
}

TEST_CASE("random: another seed gives other bytes, and no block repeats") {
  const auto randomness = seeded_randomness(7);
  const Bytes first = random_bytes(*randomness, 64);
  CHECK(random_bytes(*randomness, 64) != first);
  CHECK(random_bytes(*seeded_randomness(8), 64) != first);
}

TEST_CASE("random: the system gives different bytes each time") {
  const auto randomness = system_randomness();
  CHECK(random_person(*randomness) != random_person(*randomness));
}

TEST_CASE("random: a UUIDv7 begins with the milliseconds and carries version and variant") {
  const auto randomness = seeded_randomness(1);
  const auto uuid = uuid_v7(Instant{0x0123456789ab * 1'000 + 999}, *randomness);
  CHECK(to_hex(ByteView(uuid)).substr(0, 13) == "0123456789ab7");
  CHECK((uuid[8] & 0xc0) == 0x80);
}

TEST_CASE("random: later UUIDv7 sort after earlier ones") {
  const auto randomness = seeded_randomness(1);
  CHECK(uuid_v7(Instant{1'000}, *randomness) < uuid_v7(Instant{2'000}, *randomness));
}

TEST_CASE("clock: a simulated clock stands still until it is set") {
  SimulatedClock clock(Instant{5});
  CHECK(clock.now() == Instant{5});
  clock.set(Instant{9});
  CHECK(clock.now() == Instant{9});
  CHECK(clock.steady_micros() == 9);
}

TEST_CASE("clock: the wall clock is past 2024 and its steady side does not go back") {
  const WallClock clock;
  CHECK(clock.now().micros > 1'704'067'200'000'000);
  const std::int64_t before = clock.steady_micros();
  CHECK(clock.steady_micros() >= before);
}
