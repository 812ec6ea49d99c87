#include <filesystem>

#include "tests/engine/recording.h"

using namespace acta;

TEST_CASE("measures: a value is counted at the first bound that holds it") {
  EntriesDistribution counted{entries_bounds};
  for (const std::uint64_t value : {1u, 2u, 3u, 1'000u, 1'001u}) counted.count(value);
  CHECK(counted.counted(0) == 1);
  CHECK(counted.counted(1) == 1);
  CHECK(counted.counted(2) == 1);
  CHECK(counted.counted(entries_bounds.size() - 1) == 1);
  CHECK(counted.counted(entries_bounds.size()) == 1);
  CHECK(counted.sum() == 2'007);
}

TEST_CASE("engine: what cannot be signed is exposed, with the age of its oldest entry, until it can") {
  Recorder here;
  here.create();
  REQUIRE(here.engine->checkpoint());
  CHECK(here.engine->exposure().entries == 0);
  // A folder in the place of the head file: nothing can be renamed to it.
  std::filesystem::remove(here.folders.head);
  std::filesystem::create_directory(here.folders.head);
  std::filesystem::create_directory(here.folders.head + "/in the way");
  const auto signed_size = here.size();
  here.recorded(here.request("k1"));
  here.clock.pass(5'000'000);
  const auto exposed = here.engine->exposure();
  CHECK(exposed.signed_size == signed_size);
  CHECK(exposed.entries == 1);
  CHECK(exposed.oldest_micros == 5'000'000);
  std::filesystem::remove_all(here.folders.head);
  REQUIRE(here.engine->checkpoint());
  CHECK(here.engine->exposure().entries == 0);
  CHECK(here.engine->exposure().oldest_micros == 0);
}

TEST_CASE("engine: it tells how much room there is and how much it needs") {
  Recorder here;
  here.environment.free_bytes_min = 12'345;
  const auto room = here.create().room();
  REQUIRE(room);
  CHECK(room->free_bytes > 12'345);
  CHECK(room->needed_bytes == 12'345);
}

TEST_CASE("ledger: the database tells its files and its memory") {
  Recorder here;
  here.create();
  here.recorded(here.request("k1"));
  const auto figures = here.engine->ledger().figures();
  CHECK(figures.wal_bytes > 0);
  CHECK(figures.memory_table_bytes > 0);
  CHECK_FALSE(figures.writes_stalled);
  CHECK(figures.background_errors == 0);
}
