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

json note_on(std::string of_case, const std::string& text) {
  return {{"case", std::move(of_case)}, {"type", "NoteAdded"}, {"data", {{"note", text}}}, {"actor", "jonna.lind"}, {"role", "project_officer"}};
}

// A case that comes under review, and in the last line who had a part in it before finds for the partner.
std::vector<json> to_refusal() {
  auto opening = line_of("Reviewed");
  opening["as"] = "@reviewed";
  const auto line = [](const char* type, const char* role, json data, const char* evidence) {
    return json{{"case", "@reviewed"}, {"type", type}, {"data", std::move(data)}, {"actor", "jonna.lind"}, {"role", role}, {"evidence", {{{"category", evidence}}}}};
  };
  auto inadmissible = line("RequestDeemedInadmissible", "programme_manager", json::object(), "checklist");
  inadmissible["reason"] = "country";
  return {opening, acknowledgement("@reviewed"), inadmissible, line("ReviewRequested", "project_officer", {{"against", "inadmissible"}, {"grounds", "invented"}}, "review_letter"),
          line("ReviewUpheld", "programme_manager", {{"finding", "invented"}}, "review_report")};
}

std::uint64_t batches_of(const Engine& engine) {
  const auto& batches = engine.measures().batch_entries;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i <= batches.bounds().size(); ++i) sum += batches.counted(i);
  return sum;
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

TEST_CASE("api: the lines of a long import share few syncs, and each case has its lines in their order") {
  const ApiFixture api;
  std::vector<json> lines;
  constexpr int cases = 5, notes = 40;
  for (int i = 0; i < cases; ++i) {
    auto opening = line_of("Case " + std::to_string(i));
    opening["as"] = "@" + std::to_string(i);
    lines.push_back(opening);
  }
  for (int n = 0; n < notes; ++n)
    for (int i = 0; i < cases; ++i) lines.push_back(note_on("@" + std::to_string(i), std::to_string(n)));
  const auto before = api.engine->ledger().head().size;
  const auto batches_before = batches_of(*api.engine);
  const auto answers = import(api, ndjson(lines));
  REQUIRE(answers.size() == lines.size());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    CHECK(answers[i]["position"] == before + i);
    CHECK(answers[i]["case"] == answers[i % cases]["case"]);
    CHECK(answers[i]["revision"] == i / cases + 1);
  }
  CHECK(batches_of(*api.engine) - batches_before < lines.size());
}

TEST_CASE("api: of an import with a bad line in the middle exactly the lines before it are recorded, wherever it is found out") {
  const ApiFixture api;
  auto no_theme = line_of("Bad");
  no_theme["data"].erase("theme");
  auto not_twice = acknowledgement("@first");
  for (const auto& [bad, status] : std::vector<std::pair<json, int>>{{no_theme, 422}, {not_twice, 409}, {note_on("@nobody", "n"), 422}, {note_on(std::string(36, '0'), "n"), 404}}) {
    const auto before = api.engine->ledger().head().size;
    auto first = line_of("First");
    first["as"] = "@first";
    std::vector<json> lines = {first, acknowledgement("@first")};
    for (int i = 0; i < 20; ++i) lines.push_back(note_on("@first", std::to_string(i)));
    lines.push_back(bad);
    for (int i = 0; i < 20; ++i) lines.push_back(line_of("After"));
    const auto answers = import(api, ndjson(lines), std::to_string(1'000 * before));
    REQUIRE(answers.size() == 23);
    CHECK(answers.back()["line"] == 1'000 * before + 22);
    CHECK(answers.back()["problem"]["status"] == status);
    CHECK(api.engine->ledger().head().size == before + 22);
  }
}

TEST_CASE("api: of an import that a control refuses, the refusal is recorded and nothing after it") {
  const ApiFixture api;
  const auto before = api.engine->ledger().head().size;
  std::vector<json> lines = to_refusal();
  const auto good = lines.size() - 1;
  for (int i = 0; i < 10; ++i) lines.push_back(line_of("After"));
  const auto answers = import(api, ndjson(lines));
  REQUIRE(answers.size() == good + 1);
  CHECK(answers.back()["problem"]["code"] == "refused");
  CHECK(api.engine->ledger().head().size == before + good + 1);
}

TEST_CASE("api: a key that stands twice in a file is one line the second time, or an error that names it") {
  const ApiFixture api;
  auto one = line_of("One"), other = line_of("Other");
  one["key"] = other["key"] = "the-same";
  const auto answers = import(api, ndjson({one, line_of("Between"), one, other, line_of("After")}));
  REQUIRE(answers.size() == 4);
  CHECK(answers[2]["replayed"] == true);
  CHECK(answers[2]["case"] == answers[0]["case"]);
  CHECK(answers[3]["line"] == 4);
  CHECK(answers[3]["problem"]["code"] == "key_reused");
}

TEST_CASE("api: a line may name the reference of a case that an earlier line opened") {
  const ApiFixture api;
  const auto opened = import(api, ndjson({line_of("One")}));
  const auto reference = json_of(api.get("/v1/cases/" + opened[0]["case"].get<std::string>()))["reference"].get<std::string>();
  auto next = reference;
  next.back() = static_cast<char>(next.back() + 1);   // the reference that line 2 will be given
  const auto answers = import(api, ndjson({note_on(reference, "known"), line_of("Two"), note_on(next, "just opened")}), "2");
  REQUIRE(answers.size() == 3);
  CHECK(answers[0]["case"] == opened[0]["case"]);
  CHECK(answers[2]["case"] == answers[1]["case"]);
}
