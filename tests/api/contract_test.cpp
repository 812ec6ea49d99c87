#include <doctest/doctest.h>

#include <set>

#include "api/embedded.h"
#include "api/resource.h"
#include "fixture.h"

using namespace acta;
using namespace acta::test;
using nlohmann::json;

namespace {

// `GET /v1/ledger/tile/{tile}`: the contract has no `...`, it says x-rest of the parameter.
std::string name_of(std::string method, std::string path) {
  for (char& c : method) c = static_cast<char>(std::toupper(c));
  if (const auto rest = path.find("..."); rest != std::string::npos) path.erase(rest, 3);
  return method + " " + path;
}

std::set<std::string> served() {
  std::set<std::string> out;
  for (const auto& route : routes()) out.insert(name_of(std::string(route.pattern.method), std::string(route.pattern.path)));
  return out;
}

std::set<std::string> promised(const json& contract) {
  std::set<std::string> out;
  for (const auto& path : contract["paths"].items())
    for (const auto& operation : path.value().items())
      if (operation.key() != "parameters") out.insert(name_of(operation.key(), path.key()));
  return out;
}

std::set<std::string> names_of(const json& object) {
  std::set<std::string> out;
  for (const auto& member : object.items()) out.insert(member.key());
  return out;
}

}  // namespace

TEST_CASE("contract: it promises the routes that are served, no more and no less") {
  const ApiFixture api;
  CHECK(promised(json_of(api.get("/v1/openapi.json"))) == served());
}

TEST_CASE("contract: whoever asks gets it, and none that he has already") {
  const ApiFixture api;
  for (const auto* path : {"/v1/openapi.json", "/v1/openapi.yaml"}) {
    const auto response = api.get(path, {}, {.actor = "", .role = ""});
    CHECK(response.status == 200);
    CHECK(response.body.size() > 10'000);
    const auto again = api.get(path, {{"If-None-Match", header_of(response, "ETag")}});
    CHECK(again.status == 304);
    CHECK(again.body.empty());
    check_problem(api.get(std::string(path) + "?x=1"), 400, "malformed");
  }
}

TEST_CASE("contract: each event type of the ledger has its schema, with and without personal members") {
  const ApiFixture api;
  const auto schemas = json_of(api.get("/v1/openapi.json"))["components"]["schemas"];
  for (const auto& type : api.engine->catalogue().types()) {
    REQUIRE_MESSAGE(schemas.contains(type.name), type.name);
    CHECK(schemas[type.name]["properties"].size() == type.table->fields.size());
    for (const auto& member : schemas[type.name + ".public"]["properties"].items()) CHECK_FALSE(member.value().contains("x-personal"));
  }
  CHECK(schemas["RequestReceived"]["properties"]["signatory_name"]["x-personal"] == true);
  CHECK_FALSE(names_of(schemas["RequestReceived.public"]["properties"]).contains("signatory_name"));
}

TEST_CASE("contract: scalars of the YAML keep their kind in the JSON") {
  const auto contract = json::parse(embedded("openapi.json"));
  CHECK(contract["openapi"] == "3.1.0");
  CHECK(contract["components"]["schemas"]["CloudEvent"]["properties"]["specversion"]["const"] == "1.0");
  CHECK(contract["components"]["schemas"]["CloudEvent"]["unevaluatedProperties"] == false);
  CHECK(contract["components"]["parameters"]["Limit"]["schema"]["maximum"] == 500);
  CHECK(contract["paths"]["/v1/cases"]["get"]["responses"].contains("200"));
}
