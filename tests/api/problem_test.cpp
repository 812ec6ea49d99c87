#include "api/problem.h"

#include <doctest/doctest.h>

#include "fixture.h"

using namespace acta;
using namespace acta::test;

TEST_CASE("api: a problem says where, why and what may be done instead") {
  auto failure = error(Code::conflict, "not now");
  failure.allowed = {"RequestAcknowledged"};
  failure.fields = {{"/data/title", "missing"}};
  const auto response = problem({"/v1/cases", std::string(32, 'a')}, failure);
  check_problem(response, 409, "conflict");
  const auto body = json_of(response);
  CHECK(body["detail"] == "not now");
  CHECK(body["instance"] == "/v1/cases");
  CHECK(body["allowed"] == nlohmann::json{"RequestAcknowledged"});
  CHECK(body["errors"][0]["pointer"] == "/data/title");
}

TEST_CASE("api: a refusal names its rule and the position it was recorded at") {
  auto failure = error(Code::refused, "two persons");
  failure.rule = "distinct_persons/fiche/approve";
  failure.position = 17;
  const auto body = json_of(problem({}, failure));
  CHECK(body["rule"] == "distinct_persons/fiche/approve");
  CHECK(body["position"] == 17);
}

TEST_CASE("api: a stale revision is answered with the expected and the current one") {
  auto failure = error(Code::stale, "moved on");
  failure.expected_revision = 1;
  failure.current_revision = 3;
  const auto body = json_of(problem({}, failure));
  CHECK(body["status"] == 412);
  CHECK(body["expected_revision"] == 1);
  CHECK(body["current_revision"] == 3);
}

TEST_CASE("api: every code has a status of its kind and a page") {
  const std::pair<Code, int> all[] = {
      {Code::malformed, 400}, {Code::invalid, 422}, {Code::denied, 403}, {Code::not_found, 404}, {Code::conflict, 409}, {Code::refused, 409},
      {Code::stale, 412}, {Code::key_reused, 422}, {Code::in_flight, 409}, {Code::gone, 410}, {Code::too_large, 413}, {Code::busy, 503},
      {Code::full, 507}, {Code::clock, 503}, {Code::in_use, 503}, {Code::foreign, 500}, {Code::newer, 500}, {Code::damaged, 500},
      {Code::rolled_back, 500}, {Code::missing_key, 500}, {Code::unavailable, 503}, {Code::unsupported, 501}};
  for (const auto& [code, status] : all) {
    const auto response = problem({}, error(code, "x"));
    CHECK(response.status == status);
    const auto type = json_of(response)["type"].get<std::string>();
    const auto meaning = problem_meaning(type.substr(std::string("/problems/").size()));
    REQUIRE(meaning);
    CHECK(meaning->code == json_of(response)["code"]);
    CHECK(meaning->status == status);
    CHECK((header_of(response, "Retry-After").empty() == (status != 503)));
  }
}

TEST_CASE("api: who is asked to name himself is told how") {
  const auto response = problem({}, Fault::no_actor, "who?");
  CHECK(response.status == 401);
  CHECK_FALSE(header_of(response, "WWW-Authenticate").empty());
}

TEST_CASE("api: there is no page for a problem that does not exist") { CHECK_FALSE(problem_meaning("no-such-slug")); }
