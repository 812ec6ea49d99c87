#include <doctest/doctest.h>

#include "fixture.h"

using namespace acta;
using namespace acta::test;
using nlohmann::json;

TEST_CASE("audit: a row leads to its case, revision and position, and a next page keeps the filters") {
  const ApiFixture api;
  for (const auto* key : {"k1", "k2"}) REQUIRE(api.post("/v1/cases", opening_body(), {{"Idempotency-Key", key}}).status == 201);
  const auto response = api.get("/v1/audit?person=jonna.lind&type=RequestReceived&limit=1");
  REQUIRE_MESSAGE(response.status == 200, response.body);
  const auto page = json_of(response);
  REQUIRE(page["items"].size() == 1);
  CHECK(page["items"][0]["case"].is_string());
  CHECK(page["items"][0]["event"]["caserevision"] == 1);
  CHECK(page["items"][0]["position"] == api.engine->ledger().head().size - 1);
  CHECK(header_of(response, "Acta-Position") == std::to_string(api.engine->ledger().head().size));
  CHECK(header_of(response, "Link") == "</v1/audit?person=jonna.lind&type=RequestReceived&limit=1&after=" + page["next"].get<std::string>() + ">; rel=\"next\"");
}

TEST_CASE("audit: who never recorded anything, and parameters that are none, are told") {
  const ApiFixture api;
  check_problem(api.get("/v1/audit?person=nobody"), 404, "not_found");
  for (const auto* query : {"kind=x", "sort=x", "late_days=0", "after=x", "colour=red"}) check_problem(api.get(std::string("/v1/audit?") + query), 400, "malformed");
}

TEST_CASE("refusals: where nothing was refused there are none") {
  const ApiFixture api;
  const auto response = api.get("/v1/refusals");
  REQUIRE_MESSAGE(response.status == 200, response.body);
  CHECK(json_of(response)["items"].empty());
}

TEST_CASE("rebuild: only the command line of this machine may, and is told each step") {
  const ApiFixture api;
  check_problem(api.post("/v1/views/case_list/rebuilds", json::object()), 403, "denied");
  check_problem(api.post("/v1/views/none/rebuilds", json::object(), {{"Acta-Token", "token-of-the-folder"}}), 404, "not_found");
  const auto response = api.post("/v1/views/audit/rebuilds", json::object(), {{"Acta-Token", "token-of-the-folder"}});
  REQUIRE(response.status == 200);
  CHECK(all_of(response).find("\"taken_over\":true") != std::string::npos);
}
