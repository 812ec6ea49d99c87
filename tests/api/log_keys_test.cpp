#include <doctest/doctest.h>

#include "fixture.h"

using namespace acta;
using namespace acta::test;
using nlohmann::json;

namespace {

const Headers local = {{"Acta-Token", "token-of-the-folder"}};
const Caller nobody = {.actor = {}, .role = {}};

std::string state_of(const ApiFixture& api, std::size_t index) { return json_of(api.get("/v1/ledger/keys", {}, nobody))["items"].at(index)["state"]; }

}  // namespace

TEST_CASE("api: log keys are listed to anybody, and changed by this machine's command line for whom the ledger grants a role") {
  const ApiFixture api;
  REQUIRE(state_of(api, 0) == "current");
  for (const char* what : {"", "/rotations", "/revocations"}) {
    const std::string target = std::string("/v1/ledger/keys") + what;
    check_problem(api.post(target, json::object()), 403, "denied");
    check_problem(api.post(target, json{{"more", 1}}, local), 422, "invalid");
  }
  check_problem(api.post("/v1/ledger/keys", json::object(), local, {.actor = "eve.stranger", .role = "project_officer"}), 403, "denied");
  check_problem(api.post("/v1/ledger/keys/rotations", json{{"to", "00000000"}}, local), 404, "not_found");
  check_problem(api.post("/v1/ledger/keys/rotations", json{{"to", 1}}, local), 422, "invalid");
  const auto prepared = api.post("/v1/ledger/keys", json::object(), local);
  REQUIRE_MESSAGE(prepared.status == 201, prepared.body);
  CHECK(state_of(api, 1) == "prepared");
  const auto rotated = api.post("/v1/ledger/keys/rotations", json{{"to", json_of(prepared)["id"]}}, local);
  REQUIRE_MESSAGE(rotated.status == 201, rotated.body);
  CHECK(header_of(rotated, "Acta-Position") == std::to_string(api.engine->log_keys().current().named_at.value));
  CHECK(json_of(rotated)["items"][0]["state"] == "retired");
  CHECK(api.get("/v1/ledger/key", {}, nobody).body == json_of(prepared)["key"].get<std::string>() + "\n");
  const auto revoked = api.post("/v1/ledger/keys/revocations", json{{"key", json_of(prepared)["id"]}, {"reason", "stolen"}}, local);
  REQUIRE_MESSAGE(revoked.status == 201, revoked.body);
  CHECK(state_of(api, 1) == "revoked");
  CHECK(state_of(api, 2) == "current");
  check_problem(api.post("/v1/ledger/keys/revocations", json{{"key", json_of(prepared)["id"]}, {"reason", "stolen"}}, local), 409, "conflict");
}

TEST_CASE("api: what is served after a rotation is proved under the new key, and its entries are events like others") {
  const ApiFixture api;
  REQUIRE(api.post("/v1/ledger/keys/rotations", json::object(), local).status == 201);
  const Position at = api.engine->log_keys().current().named_at;
  CHECK(api.get("/v1/ledger/proofs/" + std::to_string(at.value)).status == 200);
  CHECK(api.get("/").status == 200);
  const auto events = api.get("/v1/events?from=" + std::to_string(at.value) + "&limit=1", {{"Accept", "application/x-ndjson"}});
  CHECK(events.status == 200);
  CHECK(all_of(events).find("LogKeyRotated") != std::string::npos);
}
