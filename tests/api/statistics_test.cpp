#include <doctest/doctest.h>

#include "fixture.h"

using namespace acta;
using namespace acta::test;
using nlohmann::json;

TEST_CASE("api: statistics of an empty ledger are zeros and nulls, not errors") {
  const ApiFixture api;
  const auto response = api.get("/v1/statistics?by=country");
  REQUIRE_MESSAGE(response.status == 200, response.body);
  const auto body = json_of(response);
  CHECK(body["items"].empty());
  CHECK(body["total"]["counts"]["received"]["count"] == 0);
  CHECK(body["total"]["conversion"]["rate"].is_null());
  CHECK(body["total"]["waits"]["received_to_approved"]["median_days"].is_null());
  CHECK(api.get("/v1/statistics?theme=IP").status == 200);
}

TEST_CASE("api: statistics show what was just written, and say how each number is meant") {
  ApiFixture api;
  const auto recorded = api.open_case("k1");
  const auto response = api.get("/v1/statistics?by=theme&year=" + to_text(date_of(Instant{api.engine->clock().now().micros})).substr(0, 4));
  const auto body = json_of(response);
  CHECK(body["position"] == recorded.first.value);
  CHECK(header_of(response, "Acta-Position") == std::to_string(recorded.first.value + 1));
  REQUIRE(body["items"].size() == 1);
  CHECK(body["items"][0]["value"] == "LM");
  CHECK(body["items"][0]["counts"]["received"]["count"] == 1);
  for (const auto& [name, number] : body["total"]["counts"].items()) CHECK(body["meanings"].contains(name));
  for (const auto& [name, wait] : body["total"]["waits"].items()) CHECK(body["meanings"].contains(name));
}

TEST_CASE("api: the cases behind a number come page by page, as of the position of the number") {
  ApiFixture api;
  for (int i = 0; i < 3; ++i) api.open_case("k" + std::to_string(i));
  const auto link = json_of(api.get("/v1/statistics?country=MU"))["total"]["counts"]["received"]["cases"].get<std::string>();
  api.open_case("k9");
  auto target = link + "&limit=2";
  std::vector<std::string> seen;
  for (int page = 0; page < 2; ++page) {
    const auto response = api.get(target);
    REQUIRE_MESSAGE(response.status == 200, response.body);
    const auto body = json_of(response);
    CHECK(body["count"] == 3);
    for (const auto& item : body["items"]) seen.push_back(item["reference"]);
    const auto next = header_of(response, "Link");
    CHECK(next.empty() == (page == 1));
    if (!next.empty()) target = next.substr(1, next.find('>') - 1);
  }
  CHECK(seen.size() == 3);
  CHECK(std::is_sorted(seen.begin(), seen.end()));
}

TEST_CASE("api: what the statistics do not know is refused, with what they know") {
  const ApiFixture api;
  for (const auto* query : {"by=colour", "theme=XX", "region=moon", "state=asleep", "process=loan", "country=mu", "year=21", "from=yesterday", "to=2024-13-01", "position=x", "position=1000000", "limit=5", "theme=LM&theme=IP"})
    check_problem(api.get(std::string("/v1/statistics?") + query), 400, "malformed");
  for (const auto* query : {"", "measure=all", "wait=long", "measure=received&wait=received_to_approved", "measure=received&after=zz", "measure=received&limit=0", "measure=received&by=theme"})
    check_problem(api.get(std::string("/v1/statistics/cases?") + query), 400, "malformed");
  CHECK(json_of(api.get("/v1/statistics?theme=XX"))["detail"].get<std::string>().find("HO, IMT, IP, LM, MD") != std::string::npos);
  check_problem(api.get("/v1/statistics?min_position=1000000"), 503, "busy");
}

TEST_CASE("api: the worklist says what waits, for whom and since when") {
  ApiFixture api;
  const auto recorded = api.open_case("k1");
  const auto body = json_of(api.get("/v1/worklist?role=project_officer&person=jonna.lind"));
  REQUIRE(body["items"].size() == 1);
  const auto& row = body["items"][0];
  CHECK(row["case"] == to_text(recorded.case_id));
  CHECK(row["state"] == "received");
  CHECK(row["days"] == 0);
  CHECK(row["last"]["type"] == "RequestReceived");
  CHECK(row["last"]["position"] == recorded.first.value);
  REQUIRE(row["steps"].size() == 1);
  CHECK(row["steps"][0]["type"] == "RequestAcknowledged");
  CHECK(row["steps"][0]["calls"] == true);
  CHECK(row["steps"][0]["needs"] == json::array({"acknowledgement"}));
  CHECK(body["cases_by_role"] == json{{"project_officer", 1}});
  CHECK(json_of(api.get("/v1/worklist?role=programme_manager"))["items"].empty());
  CHECK(json_of(api.get("/v1/worklist?state=received&process=action&person=never.seen"))["items"].size() == 1);
}

TEST_CASE("api: the worklist goes from page to page without gap or repetition") {
  ApiFixture api;
  for (int i = 0; i < 5; ++i) api.open_case("k" + std::to_string(i));
  std::string target = "/v1/worklist?role=project_officer&limit=2";
  std::vector<std::string> seen;
  for (int page = 0; page < 3; ++page) {
    const auto response = api.get(target);
    REQUIRE_MESSAGE(response.status == 200, response.body);
    const auto body = json_of(response);
    for (const auto& item : body["items"]) seen.push_back(item["reference"]);
    const auto next = header_of(response, "Link");
    CHECK(next.empty() == (page == 2));
    if (!next.empty()) target = next.substr(1, next.find('>') - 1);
  }
  CHECK(seen.size() == 5);
  std::sort(seen.begin(), seen.end());
  CHECK(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
}

TEST_CASE("api: roles, states and processes that nobody knows are refused by the worklist") {
  const ApiFixture api;
  for (const auto* query : {"role=king", "state=asleep", "process=loan", "after=zz", "limit=0", "colour=red"}) check_problem(api.get(std::string("/v1/worklist?") + query), 400, "malformed");
  CHECK(json_of(api.get("/v1/worklist?role=king"))["detail"].get<std::string>().find("steering_chair") != std::string::npos);
}
