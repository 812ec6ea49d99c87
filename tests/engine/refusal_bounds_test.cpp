#include "engine/refusal_bounds.h"

#include <doctest/doctest.h>

using namespace acta;

namespace {

constexpr std::int64_t minute = 60ll * 1'000'000;

PersonId person(std::uint8_t number) {
  PersonId id;
  id.bytes[0] = number;
  return id;
}

}  // namespace

TEST_CASE("refusal bounds: a person's eleventh refusal of an hour is counted, not recorded") {
  RefusalBounds bounds;
  CHECK_FALSE(bounds.turn(Instant{0}));
  for (int i = 0; i < 10; ++i) CHECK(bounds.admit(person(1), Instant{0}));
  CHECK_FALSE(bounds.admit(person(1), Instant{minute}));
  CHECK(bounds.admit(person(2), Instant{minute}));
}

TEST_CASE("refusal bounds: a ledger records a hundred refusals an hour, of however many persons") {
  RefusalBounds bounds;
  int recorded = 0;
  for (std::uint8_t i = 0; i < 150; ++i) recorded += bounds.admit(person(i), Instant{0});
  CHECK(recorded == 100);
}

TEST_CASE("refusal bounds: when the hour turns, what was counted is told once and the bounds are new") {
  RefusalBounds bounds;
  for (int i = 0; i < 13; ++i) bounds.admit(person(1), Instant{i * minute});
  CHECK_FALSE(bounds.turn(Instant{59 * minute}));
  const auto counted = bounds.turn(Instant{60 * minute});
  REQUIRE(counted);
  CHECK(counted->count == 3);
  CHECK(counted->since == Instant{10 * minute});
  CHECK(counted->until == Instant{12 * minute});
  CHECK_FALSE(bounds.turn(Instant{61 * minute}));
  CHECK(bounds.admit(person(1), Instant{61 * minute}));
}

TEST_CASE("refusal bounds: refusals that the ledger holds already count") {
  RefusalBounds bounds;
  for (int i = 0; i < 10; ++i) bounds.count_recorded(person(1), Instant{90 * minute});
  CHECK_FALSE(bounds.turn(Instant{95 * minute}));
  CHECK_FALSE(bounds.admit(person(1), Instant{95 * minute}));
}
