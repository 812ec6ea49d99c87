#include "tools/acta/moment.h"

#include <doctest/doctest.h>

using namespace acta;
using namespace acta::cli;

TEST_CASE("moment: a date is meant to its end where it is a limit") {
  CHECK(*by_the_end_of("--as-of", "2022-03-01") == "2022-03-01T23:59:59.999999Z");
  CHECK(*by_the_end_of("--as-of", "2024-02-29") == "2024-02-29T23:59:59.999999Z");
}

TEST_CASE("moment: a time is taken as it is, and nothing stays nothing") {
  CHECK(*by_the_end_of("--as-of", "2022-03-01T12:00:00+02:00") == "2022-03-01T12:00:00+02:00");
  CHECK(by_the_end_of("--as-of", "")->empty());
}

TEST_CASE("moment: a date on which something happened is its first instant, and says so") {
  const auto day = at_the_start_of("--occurred-at", "2022-03-01");
  REQUIRE(day);
  CHECK(day->text == "2022-03-01T00:00:00.000000Z");
  CHECK(day->whole_day);
  CHECK_FALSE(at_the_start_of("--occurred-at", "2022-03-01T12:00:00Z")->whole_day);
}

TEST_CASE("moment: what is neither is refused by the name of its option") {
  for (const auto* text : {"yesterday", "2022-13-01", "2022-02-30", "2022", "12:00", "2022-03-01 12:00"}) {
    const auto limit = by_the_end_of("--as-of", text);
    REQUIRE_FALSE(limit);
    CHECK(limit.error().code == Code::invalid);
    CHECK(limit.error().message.starts_with("--as-of "));
    CHECK_FALSE(at_the_start_of("--occurred-at", text));
  }
  CHECK_FALSE(at_the_start_of("--occurred-at", ""));
}

TEST_CASE("moment: of several options each is read where it stands, and the first that is none is named") {
  std::string from = "2022-03-01", before;
  REQUIRE(read_moments({{"--from", &from}, {"--before", &before}}));
  CHECK(from == "2022-03-01T00:00:00.000000Z");
  CHECK(before.empty());
  before = "noon";
  const auto wrong = read_moments({{"--from", &from}, {"--before", &before}});
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().message.find("--before") != std::string::npos);
}
