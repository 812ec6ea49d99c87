#include <doctest/doctest.h>

#include "fixture.h"

using namespace acta;
using namespace acta::test;
using nlohmann::json;

namespace {

Headers keyed(std::string key) { return {{"Idempotency-Key", std::move(key)}}; }

}  // namespace

TEST_CASE("api: opening a case answers with its place, its revision and its position") {
  const ApiFixture api;
  const auto response = api.post("/v1/cases", opening_body(), keyed("k1"));
  REQUIRE_MESSAGE(response.status == 201, response.body);
  const auto body = json_of(response);
  CHECK(header_of(response, "Location") == "/v1/cases/" + body["id"].get<std::string>());
  CHECK(header_of(response, "ETag") == "\"1\"");
  CHECK(header_of(response, "Acta-Position") == std::to_string(body["position"].get<std::uint64_t>()));
  CHECK(body["state"] == "received");
  CHECK(body["revision"] == 1);
  CHECK(body["title"] == "Harbour statistics");
}

TEST_CASE("api: the same key and body give the same answer again, and write nothing") {
  const ApiFixture api;
  const auto first = api.post("/v1/cases", opening_body(), keyed("k1"));
  const auto size = api.engine->ledger().head().size;
  const auto again = api.post("/v1/cases", opening_body(), keyed("k1"));
  CHECK(again.status == 201);
  CHECK(again.body == first.body);
  CHECK(header_of(again, "Idempotency-Replayed") == "true");
  CHECK(header_of(first, "Idempotency-Replayed").empty());
  CHECK(api.engine->ledger().head().size == size);
}

TEST_CASE("api: a key used for another body is refused") {
  const ApiFixture api;
  api.post("/v1/cases", opening_body(), keyed("k1"));
  auto other = opening_body();
  other["data"]["title"] = "Other";
  check_problem(api.post("/v1/cases", other, keyed("k1")), 422, "key_reused");
}

TEST_CASE("api: a write needs a key") {
  const ApiFixture api;
  check_problem(api.post("/v1/cases", opening_body()), 400, "malformed");
  check_problem(api.post("/v1/cases", opening_body(), keyed(std::string(65, 'k'))), 400, "malformed");
}

TEST_CASE("api: a write is JSON, strictly read") {
  const ApiFixture api;
  check_problem(api.post("/v1/cases", opening_body(), {{"Content-Type", "text/plain"}, {"Idempotency-Key", "k"}}), 415, "wrong_media_type");
  for (const auto* text : {"", "{", "{\"type\":1,\"type\":2}", "{} x", "\xff"}) check_problem(api.post("/v1/cases", json(std::string(text)), keyed("k")), 400, "malformed");
}

TEST_CASE("api: an unknown member of the body is refused and pointed at") {
  const ApiFixture api;
  auto body = opening_body();
  body["colour"] = "red";
  const auto response = api.post("/v1/cases", body, keyed("k"));
  check_problem(response, 422, "invalid");
  CHECK(json_of(response)["errors"][0]["pointer"] == "/colour");
}

TEST_CASE("api: faults in the data are pointed at from the root of the body") {
  const ApiFixture api;
  auto body = opening_body();
  body["data"]["theme"] = "XX";
  body["data"].erase("title");
  const auto response = api.post("/v1/cases", body, keyed("k"));
  check_problem(response, 422, "invalid");
  for (const auto& fault : json_of(response)["errors"]) CHECK(fault["pointer"].get<std::string>().starts_with("/data/"));
  CHECK(json_of(response)["errors"].size() == 2);
}

TEST_CASE("api: bodies that are not what a write looks like are pointed at") {
  const ApiFixture api;
  const std::tuple<std::string, json, std::string> wrong[] = {{"/type", "NoSuchEvent", "/type"}, {"/type", 7, "/type"},
      {"/occurred_at", "yesterday", "/occurred_at"}, {"/precision", "hour", "/precision"}, {"/reason", 1, "/reason"},
      {"/correlation", "x", "/correlation"}, {"/evidence", "letter", "/evidence"}, {"/evidence/0/digest", "ab", "/evidence/0/digest"},
      {"/evidence/0/held", true, "/evidence/0/held"}, {"/evidence/0/size", -1, "/evidence/0/size"}};
  for (const auto& [place, value, pointer] : wrong) {
    auto body = opening_body();
    body[json::json_pointer(place)] = value;
    const auto response = api.post("/v1/cases", body, keyed("k"));
    check_problem(response, 422, "invalid");
    CHECK(json_of(response)["errors"][0]["pointer"] == pointer);
  }
}

TEST_CASE("api: missing evidence and a time in the future are refused") {
  const ApiFixture api;
  auto body = opening_body();
  body.erase("evidence");
  check_problem(api.post("/v1/cases", body, keyed("k1")), 422, "invalid");
  body = opening_body();
  body["occurred_at"] = "2999-01-01T00:00:00Z";
  check_problem(api.post("/v1/cases", body, keyed("k2")), 422, "invalid");
}

TEST_CASE("api: a role that may not open a case is denied, and nothing is recorded") {
  const ApiFixture api;
  const auto size = api.engine->ledger().head().size;
  check_problem(api.post("/v1/cases", opening_body(), keyed("k"), {"ebbe.noor", "evaluator"}), 403, "denied");
  check_problem(api.post("/v1/cases", opening_body(), keyed("k"), {"ebbe.noor", "no_such_role"}), 403, "denied");
  CHECK(api.engine->ledger().head().size == size);
}

TEST_CASE("api: a case is found by its id and by its reference, with its revision as ETag") {
  ApiFixture api;
  const auto recorded = api.open_case("k1");
  const auto by_id = api.get("/v1/cases/" + to_text(recorded.case_id));
  REQUIRE(by_id.status == 200);
  CHECK(header_of(by_id, "ETag") == "\"1\"");
  const auto reference = json_of(by_id)["reference"].get<std::string>();
  CHECK(json_of(api.get("/v1/cases/" + reference)) == json_of(by_id));
}

TEST_CASE("api: who has the revision already is not sent it again") {
  ApiFixture api;
  const auto path = "/v1/cases/" + to_text(api.open_case("k1").case_id);
  const auto same = api.get(path, {{"If-None-Match", "\"1\""}});
  CHECK(same.status == 304);
  CHECK(same.body.empty());
  CHECK(api.get(path, {{"If-None-Match", "\"2\""}}).status == 200);
}

TEST_CASE("api: a case that is not there is not found") {
  const ApiFixture api;
  check_problem(api.get("/v1/cases/01890000-0000-7000-8000-000000000000"), 404, "not_found");
  check_problem(api.get("/v1/cases/ACT-1999-001"), 404, "not_found");
}

TEST_CASE("api: the past of a case is asked by revision, position or time") {
  ApiFixture api;
  const auto recorded = api.open_case("k1");
  const auto path = "/v1/cases/" + to_text(recorded.case_id);
  CHECK(json_of(api.get(path + "?revision=1"))["revision"] == 1);
  check_problem(api.get(path + "?revision=2"), 404, "not_found");
  check_problem(api.get(path + "?revision=0"), 404, "not_found");
  CHECK(json_of(api.get(path + "?position=" + std::to_string(recorded.first.value)))["revision"] == 1);
  check_problem(api.get(path + "?position=" + std::to_string(recorded.first.value - 1)), 404, "not_found");
  CHECK(api.get(path + "?as_of=2999-01-01T00:00:00Z").status == 200);
  check_problem(api.get(path + "?recorded_as_of=2000-01-01T00:00:00Z"), 404, "not_found");
  check_problem(api.get(path + "?revision=1&position=1"), 400, "malformed");
  check_problem(api.get(path + "?as_of=noon"), 400, "malformed");
}

TEST_CASE("api: the list of cases goes from page to page without gap or repetition") {
  ApiFixture api;
  for (int i = 0; i < 5; ++i) api.open_case("k" + std::to_string(i));
  std::vector<std::string> seen;
  std::string target = "/v1/cases?limit=2";
  for (int page = 0; page < 3; ++page) {
    const auto response = api.get(target);
    REQUIRE(response.status == 200);
    const auto body = json_of(response);
    for (const auto& item : body["items"]) seen.push_back(item["reference"]);
    CHECK(body["next"].is_null() == (page == 2));
    CHECK(header_of(response, "Link").empty() == (page == 2));
    if (page < 2) target = "/v1/cases?limit=2&after=" + body["next"].get<std::string>();
  }
  CHECK(seen.size() == 5);
  CHECK(std::is_sorted(seen.begin(), seen.end()));
  CHECK(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
}

TEST_CASE("api: a list shows what was just written") {
  const ApiFixture api;
  const auto opened = json_of(api.post("/v1/cases", opening_body(), keyed("k1")));
  const auto items = json_of(api.get("/v1/cases"))["items"];
  REQUIRE(items.size() == 1);
  for (const auto* member : {"id", "reference", "process", "title", "state", "revision"}) CHECK(items[0][member] == opened[member]);
}

TEST_CASE("api: limits, cursors and parameters that are none are refused") {
  const ApiFixture api;
  for (const auto* target : {"/v1/cases?limit=0", "/v1/cases?limit=501", "/v1/cases?limit=x", "/v1/cases?after=zz", "/v1/cases?colour=red", "/v1/cases?limit=1&limit=2"})
    check_problem(api.get(target), 400, "malformed");
}

TEST_CASE("api: waiting for a position that never comes ends with a hint to try again") {
  const ApiFixture api;
  check_problem(api.get("/v1/cases?min_position=1000000"), 503, "busy");
}

TEST_CASE("api: what was rendered before is not given when the case has moved on") {
  ApiFixture api;
  const auto opened = json_of(api.post("/v1/cases", opening_body(), {{"Idempotency-Key", "r1"}}));
  const auto path = "/v1/cases/" + opened["id"].get<std::string>();
  const auto first = api.get(path), again = api.get(path);
  CHECK(first.body == again.body);
  const json acknowledgement = {{"type", "RequestAcknowledged"}, {"data", {{"officer", "@jonna.lind"}}}, {"evidence", {{{"category", "acknowledgement"}}}}};
  REQUIRE(api.post(path + "/events", acknowledgement, {{"Idempotency-Key", "r2"}, {"If-Match", "\"1\""}}).status == 201);
  const auto after = api.get(path);
  CHECK(json_of(after)["revision"] == 2);
  CHECK(header_of(after, "ETag") == "\"2\"");
  CHECK(api.get(path + "?revision=1").body == first.body);
}
