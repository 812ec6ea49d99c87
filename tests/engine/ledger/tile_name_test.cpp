#include "engine/ledger/tile_name.h"

#include <doctest/doctest.h>

#include <limits>

using namespace acta;

TEST_CASE("tile name: the examples of the specification") {
  CHECK(to_path({.level = 0, .index = 1'234'067}) == "tile/0/x001/x234/067");
  CHECK(to_path({.level = 1, .index = 0, .width = 17}) == "tile/1/000.p/17");
  CHECK(to_path({.level = std::nullopt, .index = 0, .width = 5}) == "tile/entries/000.p/5");
  CHECK(to_path({.level = 2, .index = 1'000}) == "tile/2/x001/000");
}

TEST_CASE("tile name: a path is read in the one way it is written, and in no other") {
  for (const std::uint64_t index : {0ull, 7ull, 999ull, 1'000ull, 1'234'067ull, 72'057'594'037'927'935ull})
    for (const unsigned width : {1u, 255u, 256u})
      for (const std::optional<unsigned> level : {std::optional<unsigned>(), std::optional(0u), std::optional(5u)}) {
        const TileName name{.level = level, .index = index, .width = width};
        const auto parsed = parse_tile_path(to_path(name));
        REQUIRE(parsed);
        CHECK(*parsed == name);
      }
  for (const std::string_view path : {"", "tile", "tile/0", "tile/0/", "tile/00/000", "tile/0/0", "tile/0/1000", "tile/0/x000/001", "tile/0/x1/067", "tile/0/001/067", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/", "tile/-1/000",
                                      "tile/64/000", "tile/entries/000.p/1/2", "tile/data/000", "/tile/0/000", "tile/0/000 ", "tile/0/x999/x999/x999/x999/x999/x999/x999/999", "tile/0/..", "tile/0/x001/../067"}) {
    CAPTURE(path);
    CHECK_FALSE(parse_tile_path(path));
  }
}

TEST_CASE("tile name: how many leaves a tile reaches to") {
  CHECK(leaves_needed({.level = 0, .index = 0, .width = 5}) == 5);
  CHECK(leaves_needed({.level = std::nullopt, .index = 2}) == 768);
  CHECK(leaves_needed({.level = 1, .index = 1, .width = 17}) == (256 + 17) * 256);
  CHECK_FALSE(leaves_needed({.level = 63, .index = 0, .width = 1}));
  CHECK_FALSE(leaves_needed({.level = 0, .index = std::numeric_limits<std::uint64_t>::max()}));
}
