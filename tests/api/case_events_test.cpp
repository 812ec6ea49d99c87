#include <doctest/doctest.h>

#include "fixture.h"

using namespace acta;
using namespace acta::test;
using nlohmann::json;

namespace {

json acknowledgement() {
  return {{"type", "RequestAcknowledged"}, {"data", {{"officer", "@jonna.lind"}}}, {"evidence", {{{"category", "acknowledgement"}}}}};
}

Headers keyed(std::string key, std::string if_match) { return {{"Idempotency-Key", std::move(key)}, {"If-Match", std::move(if_match)}}; }

std::string path_of(const Recorded& recorded) { return "/v1/cases/" + to_text(recorded.case_id); }

}  // namespace

TEST_CASE("api: an event raises the revision and shows in the case") {
  ApiFixture api;
  const auto path = path_of(api.open_case("k1"));
  const auto response = api.post(path + "/events", acknowledgement(), keyed("k2", "\"1\""));
  REQUIRE_MESSAGE(response.status == 201, response.body);
  CHECK(header_of(response, "ETag") == "\"2\"");
  CHECK(json_of(api.get(path))["state"] == "acknowledged");
  CHECK(json_of(api.get("/v1/cases"))["items"][0]["state"] == "acknowledged");
}

TEST_CASE("api: a case may be named by its reference, and the key still names the same request") {
  ApiFixture api;
  const auto path = path_of(api.open_case("k1"));
  const auto reference = json_of(api.get(path))["reference"].get<std::string>();
  const auto first = api.post(path + "/events", acknowledgement(), keyed("k2", "\"1\""));
  const auto again = api.post("/v1/cases/" + reference + "/events", acknowledgement(), keyed("k2", "\"1\""));
  CHECK(again.status == 201);
  CHECK(again.body == first.body);
}

TEST_CASE("api: If-Match is required") {
  ApiFixture api;
  const auto path = path_of(api.open_case("k1"));
  check_problem(api.post(path + "/events", acknowledgement(), {{"Idempotency-Key", "k2"}}), 428, "no_if_match");
}

TEST_CASE("api: If-Match is one revision in quotes") {
  ApiFixture api;
  const auto path = path_of(api.open_case("k1"));
  for (const auto* tag : {"*", "1", "W/\"1\"", "\"one\"", "\"\"", "\"1\", \"2\"", "\"99999999999\""})
    check_problem(api.post(path + "/events", acknowledgement(), keyed("k2", tag)), 400, "malformed");
}

TEST_CASE("api: an event decided on another revision is stale") {
  ApiFixture api;
  const auto path = path_of(api.open_case("k1"));
  const auto response = api.post(path + "/events", acknowledgement(), keyed("k2", "\"7\""));
  check_problem(response, 412, "stale");
  CHECK(json_of(response)["expected_revision"] == 7);
  CHECK(json_of(response)["current_revision"] == 1);
}

TEST_CASE("api: an event the state does not allow is answered with those it does") {
  ApiFixture api;
  const auto path = path_of(api.open_case("k1"));
  const json too_early = {{"type", "ConsultationOpened"}, {"data", {{"bodies", {"INTPA"}}, {"answer_by", "2024-03-01"}}}};
  const auto response = api.post(path + "/events", too_early, keyed("k2", "\"1\""));
  check_problem(response, 409, "conflict");
  const auto allowed = json_of(response)["allowed"];
  CHECK(std::find(allowed.begin(), allowed.end(), "RequestAcknowledged") != allowed.end());
}

TEST_CASE("api: an event for a case that is not there is not found") {
  const ApiFixture api;
  check_problem(api.post("/v1/cases/01890000-0000-7000-8000-000000000000/events", acknowledgement(), keyed("k", "\"1\"")), 404, "not_found");
  check_problem(api.post("/v1/cases/ACT-1999-001/events", acknowledgement(), keyed("k", "\"1\"")), 404, "not_found");
}

TEST_CASE("api: a history holds each event with what is personal opened beside it, never in it") {
  ApiFixture api;
  const auto path = path_of(api.open_case("k1"));
  api.post(path + "/events", acknowledgement(), keyed("k2", "\"1\""));
  const auto response = api.get(path + "/events");
  REQUIRE_MESSAGE(response.status == 200, response.body);
  const auto items = json_of(response)["items"];
  REQUIRE(items.size() == 2);
  CHECK(items[0]["event"]["specversion"] == "1.0");
  CHECK(items[0]["event"]["data"].contains("summary") == false);
  CHECK(items[0]["personal"].dump().find("The ministry asks for help.") != std::string::npos);
  CHECK(items[0]["event"].dump().find("Orla Quist") == std::string::npos);
  CHECK(items[0]["evidence"][0]["category"] == "request_letter");
  CHECK(items[0]["evidence"][0]["held"] == false);
  CHECK(items[1]["state"] == "acknowledged");
  CHECK(items[1]["event"]["caserevision"] == 2);
  CHECK(items[1]["late"] == false);
}

TEST_CASE("api: what happened earlier but was told later stands where it happened, and is marked") {
  ApiFixture api;
  const auto path = path_of(api.open_case("k1"));
  api.post(path + "/events", acknowledgement(), keyed("k2", "\"1\""));
  const json note = {{"type", "RequestWithdrawn"}, {"data", {{"withdrawn_on", "2024-01-01"}}}, {"occurred_at", "2024-01-01T00:00:00Z"},
                     {"precision", "day"}, {"evidence", {{{"category", "withdrawal_letter"}}}}};
  const auto recorded = api.post(path + "/events", note, keyed("k3", "\"2\""));
  REQUIRE_MESSAGE(recorded.status == 201, recorded.body);
  const auto items = json_of(api.get(path + "/events"))["items"];
  REQUIRE(items.size() == 3);
  CHECK(items[0]["event"]["type"].get<std::string>().find("RequestWithdrawn") != std::string::npos);
  CHECK(items[0]["late"] == true);
  CHECK(items[1]["late"] == false);
}

TEST_CASE("api: what the caller may do next comes with its form, and what he may not with the reason") {
  ApiFixture api;
  const auto path = path_of(api.open_case("k1"));
  const auto response = api.get(path + "/actions");
  REQUIRE_MESSAGE(response.status == 200, response.body);
  const auto items = json_of(response)["items"];
  const auto of_type = [&](std::string_view type) {
    for (const auto& item : items)
      if (item["type"] == type) return item;
    return json();
  };
  const auto acknowledge = of_type("RequestAcknowledged");
  REQUIRE(acknowledge.is_object());
  CHECK(acknowledge["allowed"] == true);
  CHECK(acknowledge["needs"] == json{"acknowledgement"});
  CHECK(acknowledge["form"]["properties"]["note"]["x-personal"] == true);
  CHECK(acknowledge["form"]["required"] == json{"officer"});
  const auto others = json_of(api.get(path + "/actions", {}, {"ebbe.noor", "evaluator"}))["items"];
  for (const auto& item : others)
    if (item["type"] == "RequestAcknowledged") {
      CHECK(item["allowed"] == false);
      CHECK_FALSE(item["blocked_by"].get<std::string>().empty());
    }
}
