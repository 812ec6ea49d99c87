#include <doctest/doctest.h>

#include <sstream>

#include "fixture.h"

using namespace acta;
using namespace acta::test;
using nlohmann::json;

namespace {

const std::string digest(64, 'a');

json line_of(std::string title) {
  auto line = opening_body();
  line["data"]["title"] = std::move(title);
  line["actor"] = "jonna.lind";
  line["role"] = "project_officer";
  return line;
}

json acknowledgement(std::string of_case) {
  return {{"case", std::move(of_case)}, {"type", "RequestAcknowledged"}, {"data", {{"officer", "@jonna.lind"}}}, {"actor", "jonna.lind"},
          {"role", "project_officer"}, {"evidence", {{{"category", "acknowledgement"}}}}};
}

std::string ndjson(const std::vector<json>& lines) {
  std::string out;
  for (const auto& line : lines) out += line.dump() + "\n";
  return out;
}

std::vector<json> import(const ApiFixture& api, const std::string& body, std::string first_line = "1") {
  const auto response = api.post("/v1/imports", json(body), {{"Content-Type", "application/x-ndjson"}, {"Acta-Source", digest}, {"Acta-Line", std::move(first_line)}});
  REQUIRE_MESSAGE(response.status == 200, response.body);
  std::vector<json> out;
  std::istringstream in(response.body);
  for (std::string line; std::getline(in, line);) out.push_back(json::parse(line));
  return out;
}

}  // namespace

TEST_CASE("api: imported lines are recorded in order, and a name stands for the case an earlier line opened") {
  const ApiFixture api;
  auto opening = line_of("One");
  opening["as"] = "@one";
  const auto answers = import(api, ndjson({opening, acknowledgement("@one")}));
  REQUIRE(answers.size() == 2);
  CHECK(answers[0]["line"] == 1);
  CHECK(answers[1]["case"] == answers[0]["case"]);
  CHECK(answers[1]["revision"] == 2);
  const auto entry = api.engine->ledger().read(Position{answers[0]["position"].get<std::uint64_t>()});
  REQUIRE(entry);
  CHECK(entry->mark == Mark::imported);
  CHECK(to_text(*entry->source) == digest);
}

TEST_CASE("api: a line that invents is marked synthetic and says what") {
  const ApiFixture api;
  auto line = line_of("One");
  line["invented"] = {"occurred_at", "data/summary"};
  const auto answers = import(api, ndjson({line}));
  const auto entry = api.engine->ledger().read(Position{answers[0]["position"].get<std::uint64_t>()});
  REQUIRE(entry);
  CHECK(entry->mark == Mark::synthetic);
  CHECK(entry->invented == std::vector<std::string>{"occurred_at", "data/summary"});
}

TEST_CASE("api: an import can be repeated, whole or in parts, and writes nothing twice") {
  const ApiFixture api;
  const auto body = ndjson({line_of("One"), line_of("Two")});
  const auto first = import(api, body);
  const auto size = api.engine->ledger().head().size;
  const auto again = import(api, body);
  CHECK(again[0]["replayed"] == true);
  CHECK(again[1]["case"] == first[1]["case"]);
  const auto second_half = import(api, ndjson({line_of("Two")}), "2");
  CHECK(second_half[0]["case"] == first[1]["case"]);
  CHECK(api.engine->ledger().head().size == size);
}

TEST_CASE("api: an import stops at the first bad line and says which and why") {
  const ApiFixture api;
  auto bad = line_of("Two");
  bad["data"].erase("theme");
  const auto answers = import(api, ndjson({line_of("One"), bad, line_of("Three")}), "5");
  REQUIRE(answers.size() == 2);
  CHECK(answers[1]["line"] == 6);
  CHECK(answers[1]["problem"]["status"] == 422);
  CHECK(answers[1]["problem"]["errors"][0]["pointer"] == "/data/theme");
}

TEST_CASE("api: lines that are no import lines are named") {
  const ApiFixture api;
  CHECK(import(api, "{broken\n")[0]["problem"]["code"] == "malformed");
  CHECK(import(api, ndjson({acknowledgement("@nobody")}))[0]["problem"]["code"] == "invalid");
  auto line = line_of("One");
  line["invented"] = "all";
  CHECK(import(api, ndjson({line}))[0]["problem"]["code"] == "invalid");
  line = line_of("One");
  line["colour"] = "red";
  CHECK(import(api, ndjson({line}))[0]["problem"]["errors"][0]["pointer"] == "/colour");
}

TEST_CASE("api: a line names its own actor and role, whoever sends it") {
  const ApiFixture api;
  const auto size = api.engine->ledger().head().size;
  for (const auto* name : {"actor", "role"}) {
    auto line = line_of("One");
    line.erase(name);
    CHECK(import(api, ndjson({line}))[0]["problem"]["errors"][0]["pointer"] == std::string("/") + name);
  }
  CHECK(api.engine->ledger().head().size == size);
}

TEST_CASE("api: a line that gives a name which is none is not recorded") {
  const ApiFixture api;
  const auto size = api.engine->ledger().head().size;
  for (const auto& name : {json("one"), json("@"), json(1)}) {
    auto line = line_of("One");
    line["as"] = name;
    CHECK(import(api, ndjson({line}))[0]["problem"]["errors"][0]["pointer"] == "/as");
  }
  CHECK(api.engine->ledger().head().size == size);
}

TEST_CASE("api: empty lines are counted and skipped") {
  const ApiFixture api;
  const auto answers = import(api, "\n  \n" + ndjson({line_of("One")}));
  REQUIRE(answers.size() == 1);
  CHECK(answers[0]["line"] == 3);
}

TEST_CASE("api: an import names its file, and is NDJSON") {
  const ApiFixture api;
  check_problem(api.post("/v1/imports", json(""), {{"Content-Type", "application/x-ndjson"}}), 400, "malformed");
  check_problem(api.post("/v1/imports", json(""), {{"Content-Type", "application/x-ndjson"}, {"Acta-Source", digest}, {"Acta-Line", "0"}}), 400, "malformed");
  check_problem(api.post("/v1/imports", json(""), {{"Acta-Source", digest}}), 415, "wrong_media_type");
}
