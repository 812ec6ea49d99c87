// What the sample is made of: the table, the stories, the throws.

#include <doctest/doctest.h>

#include "tests/tools/demo_sample.h"
#include "tools/demo/csv.h"
#include "tools/demo/region.h"
#include "tools/demo/story.h"
#include "tools/demo/window.h"

using namespace acta;
using namespace acta::sample;

namespace {

std::string table(const std::string& row) {
  const std::string_view shipped = shipped_actions();
  return std::string(shipped.substr(0, shipped.find('\n') + 1)) + row + "\n";
}

ActionRow row_in(const std::string& line) {
  auto rows = read_actions(table(line));
  REQUIRE(rows);
  REQUIRE(rows->size() == 1);
  return std::move(rows->front());
}

std::string refusal_of(const std::string& line) {
  const auto rows = read_actions(table(line));
  REQUIRE_FALSE(rows);
  return rows.error().message;
}

bool in_office_hours(Instant at) {
  const std::int64_t hour = at.micros / 3'600'000'000 % 24;
  return hour >= 8 && hour < 24;
}

}  // namespace

TEST_CASE("table of actions: quoted cells keep their commas and quotes") {
  CHECK(csv_cells(R"(a,"b, c","say ""d""",)") == std::vector<std::string>{"a", "b, c", "say \"d\"", ""});
}

TEST_CASE("table of actions: a row says what its cells say, and no more") {
  const ActionRow row = row_in("7,Examplia I: course,ZZ YY,Somewhere,HO,training;data,2016-04,2018,completed,Ministry,EU-MS FR,3,https://example.org");
  CHECK(row.countries == std::vector<std::string>{"ZZ", "YY"});
  CHECK(row.areas == std::vector<std::string>{"training", "data"});
  CHECK(row.expert_origins == std::vector<std::string>{"FR"});
  CHECK(row.start->year == 2016);
  CHECK(row.start->month == 4);
  CHECK(row.end->year == 2018);
  CHECK(row.end->month == 0);
  CHECK(row.activities == 3);
  CHECK(row.ending == Ending::completed);
}

TEST_CASE("table of actions: what is blank or not stated stays open") {
  const ActionRow row = row_in("7,Examplia I: course,REGIONAL-LAC,Somewhere,HO,,,,completed or ongoing (not stated),Ministry,,,");
  CHECK(row.countries.empty());
  CHECK(row.regional_bodies == std::vector<std::string>{"LAC"});
  CHECK_FALSE(row.start);
  CHECK_FALSE(row.end);
  CHECK_FALSE(row.activities);
  CHECK(row.ending == Ending::open);
}

TEST_CASE("table of actions: a row that is none is named by its line") {
  CHECK(refusal_of("7,Examplia I").starts_with("line 2 "));
  CHECK(refusal_of("7,Examplia I: course,ZZ,,HO,,April,,completed,Ministry,,,").starts_with("line 2 "));
  CHECK(refusal_of("7,Examplia I: course,ZZ,,HO,,2016-13,,completed,Ministry,,,").starts_with("line 2 "));
  CHECK(refusal_of(",,ZZ,,HO,,,,completed,Ministry,,,").starts_with("line 2 "));
  CHECK(refusal_of("7,Examplia I: course,,,HO,,,,completed,Ministry,,,").starts_with("line 2 "));
  CHECK(read_actions("a,b,c\n").error().message.starts_with("line 1 "));
}

TEST_CASE("region: the first country decides, a regional body where there is none") {
  CHECK(region_of({"MU"}, {}) == "africa_caribbean_pacific");
  CHECK(region_of({"AR", "BO"}, {}) == "latin_america");
  CHECK(region_of({}, {"COMESA"}) == "africa_caribbean_pacific");
  CHECK(region_of({}, {}) == "other");
  CHECK(region_of({"ZZ"}, {}) == "other");
}

TEST_CASE("dice: the same name gives the same throws, another name others") {
  Dice one("Examplia"), same("Examplia"), other("Exemplia");
  bool differ = false;
  for (int i = 0; i < 100; ++i) {
    const auto thrown = one.between(1, 6);
    CHECK(thrown >= 1);
    CHECK(thrown <= 6);
    CHECK(same.between(1, 6) == thrown);
    differ = differ || other.between(1, 6) != thrown;
  }
  CHECK(differ);
}

TEST_CASE("story: steps stand on working days, one after the other") {
  Story story("Examplia", Dice("Examplia"));
  for (int day = 0; day < 14; ++day) {
    for (int twice = 0; twice < 2; ++twice) story.add(plus_days({2021, 5, 1}, day), {.type = "NoteAdded", .actor = "a", .role = "b"});
  }
  Instant before{0};
  for (const Step& step : story.steps()) {
    CHECK(step.at > before);
    CHECK(working_day(date_of(step.at)) == date_of(step.at));
    CHECK(in_office_hours(step.at));
    before = step.at;
  }
}

TEST_CASE("story: a weekend is followed by its Monday") {
  CHECK(working_day({2021, 5, 1}) == Date{2021, 5, 3});
  CHECK(working_day({2021, 5, 2}) == Date{2021, 5, 3});
  CHECK(working_day({2021, 5, 3}) == Date{2021, 5, 3});
}

TEST_CASE("story: what a step invents is what its source does not give") {
  const Step step{.type = "ActionLaunched", .data = {{"expert_origins", {"FR"}}, {"planned_end", "2023-07-31"}}, .actor = "a", .role = "b", .evidence = {"launch_minutes"}, .told = Told{.day = {2021, 7, 1}, .precision = Precision::month, .by_source = true}, .from_source = {"expert_origins"}};
  CHECK(invented_in(step) == std::vector<std::string>{"actor", "data/planned_end", "evidence"});
}

TEST_CASE("window: what the table tells by year is recorded within that year") {
  Dice dice("Examplia");
  const Window window = window_of(row_in("7,Examplia I: course,ZZ,,HO,,2016,2019,completed,Ministry,,,"), dice);
  CHECK(window.start.told.day == Date{2016, 1, 1});
  CHECK(window.start.told.precision == Precision::year);
  CHECK(window.start.day.year == 2016);
  CHECK(window.end->told.day == Date{2019, 1, 1});
  CHECK(window.end->day.year == 2019);
}
