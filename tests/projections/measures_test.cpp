// One case, counted once, by how it stands.

#include <doctest/doctest.h>

#include "engine/process/definition.h"
#include "projections/counts.h"

using namespace acta;

namespace {

Instant day(std::string_view text) { return start_of(*parse_date(text)); }

using Way = std::vector<std::pair<std::string, std::string>>;  // stage and the day it was entered

CaseFacts walked(const Way& way, std::vector<std::string> countries = {"MU"}) {
  CaseFacts facts;
  facts.process = "action";
  facts.theme = "IMT";
  facts.countries = std::move(countries);
  for (const auto& [stage, on] : way) enter_stage(facts, stage, day(on));
  return facts;
}

const Way asked = {{"received", "2021-01-04"}, {"acknowledged", "2021-01-08"}, {"admissible", "2021-01-20"}, {"under decision", "2021-02-20"}};

Way after(Way way, const Way& more) {
  way.insert(way.end(), more.begin(), more.end());
  return way;
}

// The measures a case counts in, without those of its way to the decision.
std::string counted_in(const CaseFacts& facts) {
  std::string names;
  for (const auto& measure : measures())
    if (measure.at(facts) && measure.name != "received" && measure.name != "acknowledged") names += (names.empty() ? "" : " ") + std::string(measure.name);
  return names;
}

std::string on(const CaseFacts& facts, std::string_view measure) {
  const auto at = find_measure(measure)->at(facts);
  return at ? to_text(date_of(*at)) : "never";
}

std::size_t number(const CountRow& row, std::string_view measure) {
  for (std::size_t i = 0; i < measures().size(); ++i)
    if (measures()[i].name == measure) return row.counts[i];
  FAIL("no measure " << measure);
  return 0;
}

const CountRow* find_row(const CountTable& table, std::string_view value) {
  for (const auto& row : table.rows)
    if (row.value == value) return &row;
  return nullptr;
}

}  // namespace

TEST_CASE("counts: a request that is being examined is pending, from the day it was received") {
  const auto facts = walked(asked);
  CHECK(counted_in(facts) == "admissible pending");
  CHECK(on(facts, "pending") == "2021-01-04");
}

TEST_CASE("counts: an approved request is an action, converted on the day it was received") {
  const auto facts = walked(after(asked, {{"approved", "2021-03-01"}, {"implementing", "2021-04-01"}}));
  CHECK(counted_in(facts) == "admissible approved launched converted");
  CHECK(on(facts, "approved") == "2021-03-01");
  CHECK(on(facts, "converted") == "2021-01-04");
}

TEST_CASE("counts: a request taken back after its approval is withdrawn and no action") {
  const auto facts = walked(after(asked, {{"approved", "2021-03-01"}, {"withdrawn", "2021-03-15"}}));
  CHECK(counted_in(facts) == "admissible withdrawn");
  CHECK(on(facts, "withdrawn") == "2021-03-15");
  CHECK_FALSE(waited(*find_wait("received_to_approved"), facts));
}

TEST_CASE("counts: an action that ended early stays approved") {
  const auto facts = walked(after(asked, {{"approved", "2021-03-01"}, {"implementing", "2021-04-01"}, {"terminated", "2021-06-01"}}));
  CHECK(counted_in(facts) == "admissible approved launched terminated converted");
}

TEST_CASE("counts: a reopened action is launched once, on its first day, and not closed until it is closed again") {
  auto way = after(asked, {{"approved", "2021-03-01"}, {"implementing", "2021-04-01"}, {"suspended", "2021-05-01"}, {"implementing", "2021-06-01"},
                           {"completed", "2022-01-01"}, {"evaluated", "2022-02-01"}, {"closed", "2022-03-01"}, {"implementing", "2022-09-01"}});
  const auto reopened = walked(way);
  CHECK(counted_in(reopened) == "admissible approved launched converted");
  CHECK(on(reopened, "launched") == "2021-04-01");
  const auto again = walked(after(way, {{"completed", "2023-01-01"}, {"evaluated", "2023-02-01"}, {"closed", "2023-03-01"}}));
  CHECK(on(again, "closed") == "2023-03-01");
  CHECK(on(again, "completed") == "2023-01-01");
}

TEST_CASE("counts: rejected, reviewed and rejected again it is refused once, on the day of the standing decision") {
  auto way = after(asked, {{"rejected", "2021-03-01"}});
  CHECK(counted_in(walked(way)) == "admissible rejected refused");
  way = after(way, {{"under review", "2021-03-10"}});
  CHECK(counted_in(walked(way)) == "admissible pending");
  const auto dismissed = walked(after(way, {{"rejected", "2021-04-01"}}));
  CHECK(counted_in(dismissed) == "admissible rejected refused");
  CHECK(on(dismissed, "refused") == "2021-04-01");
}

TEST_CASE("counts: a refusal that a review lifted is gone, and so is what has to be decided anew") {
  auto way = after(asked, {{"rejected", "2021-03-01"}, {"under review", "2021-03-10"}, {"acknowledged", "2021-04-01"}});
  CHECK(counted_in(walked(way)) == "pending");
  CHECK(on(walked(way), "acknowledged") == "2021-01-08");
  const auto approved = walked(after(way, {{"admissible", "2021-04-10"}, {"under decision", "2021-04-20"}, {"approved", "2021-05-01"}}));
  CHECK(counted_in(approved) == "admissible approved converted");
  CHECK(on(approved, "admissible") == "2021-04-10");
  const auto inadmissible = walked(after(way, {{"inadmissible", "2021-04-10"}}));
  CHECK(counted_in(inadmissible) == "inadmissible refused");
}

TEST_CASE("counts: each stage of the shipped process has a meaning, so that no case falls out of the counts") {
  std::vector<Bytes> schemas;
  for (const auto& schema : shipped_schemas()) schemas.emplace_back(schema.bytes.begin(), schema.bytes.end());
  const auto catalogue = Catalogue::from(std::move(schemas));
  REQUIRE(catalogue);
  REQUIRE(shipped_processes().size() == 1);
  const auto definition = Definition::parse(shipped_processes()[0].bytes, "action", **catalogue);
  REQUIRE(definition);
  CHECK((*definition)->stages().size() == 20);
  CHECK(is_counted((*definition)->process()));
  for (const auto& stage : (*definition)->stages()) CHECK_MESSAGE(knows_stage(stage), stage);
}

TEST_CASE("counts: a case with two countries counts once in all and once for each") {
  const std::vector<CaseFacts> cases = {walked(asked, {"AR", "BO"}), walked(asked, {"BO"}), walked(asked, {})};
  const auto table = count(cases, Dimension::country, {});
  CHECK(number(table.total, "received") == 3);
  REQUIRE(table.rows.size() == 3);
  CHECK(number(*find_row(table, "AR"), "received") == 1);
  CHECK(number(*find_row(table, "BO"), "received") == 2);
  CHECK(table.rows.back().value.empty());
  CHECK(number(table.rows.back(), "received") == 1);
  CountFilter in_argentina;
  in_argentina.values[Dimension::country] = "AR";
  const auto filtered = count(cases, Dimension::country, in_argentina);
  REQUIRE(filtered.rows.size() == 1);
  CHECK(filtered.rows[0].value == "AR");
}

TEST_CASE("counts: a year holds what happened in it, whenever the request came") {
  const std::vector<CaseFacts> cases = {walked({{"received", "2020-12-20"}, {"acknowledged", "2021-01-03"}, {"admissible", "2021-01-20"}, {"approved", "2022-01-01"}})};
  const auto table = count(cases, Dimension::year, {});
  CHECK(number(*find_row(table, "2020"), "received") == 1);
  CHECK(number(*find_row(table, "2020"), "converted") == 1);
  CHECK(number(*find_row(table, "2020"), "approved") == 0);
  CHECK(number(*find_row(table, "2022"), "approved") == 1);
  CountFilter january;
  january.from = *parse_date("2021-01-01");
  january.to = *parse_date("2021-01-20");
  const auto table_of_january = count(cases, {}, january);
  CHECK(number(table_of_january.total, "received") == 0);
  CHECK(number(table_of_january.total, "acknowledged") == 1);
  CHECK(number(table_of_january.total, "admissible") == 1);
  january.to = *parse_date("2021-01-19");
  CHECK(number(count(cases, {}, january).total, "admissible") == 0);
}

TEST_CASE("counts: without cases every number is zero and no row stands") {
  const auto table = count({}, Dimension::theme, {});
  CHECK(table.rows.empty());
  for (const auto one : table.total.counts) CHECK(one == 0);
  for (const auto& days : table.total.days) CHECK(days.empty());
}

TEST_CASE("counts: a waiting time is in calendar days, and below zero where dates contradict each other") {
  CaseFacts facts;
  enter_stage(facts, "received", *parse_instant("2021-03-02T23:59:00Z"));
  enter_stage(facts, "acknowledged", *parse_instant("2021-03-03T00:01:00Z"));
  CHECK(waited(*find_wait("received_to_acknowledged"), facts)->days == 1);
  CaseFacts odd;
  enter_stage(odd, "received", day("1970-01-02"));
  enter_stage(odd, "acknowledged", *parse_instant("1969-12-30T12:00:00Z"));
  CHECK(waited(*find_wait("received_to_acknowledged"), odd)->days == -3);
}

TEST_CASE("counts: percentiles are of the nearest rank") {
  const std::vector<std::int64_t> five = {15, 20, 35, 40, 50};
  CHECK(percentile(five, 30) == 20);
  CHECK(percentile(five, 40) == 20);
  CHECK(percentile(five, 50) == 35);
  CHECK(percentile(five, 90) == 50);
  CHECK(percentile(five, 100) == 50);
  CHECK(percentile({7}, 50) == 7);
  CHECK(percentile({1, 2}, 50) == 1);
  const std::vector<std::int64_t> ten = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  CHECK(percentile(ten, 50) == 5);
  CHECK(percentile(ten, 90) == 9);
}
