#include <doctest/doctest.h>

#include "events/sha256.h"
#include "tests/tools/desk.h"

using namespace acta::test;
using nlohmann::json;

namespace {

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

json opening(const std::string& title) {
  auto line = json::parse(example_body());
  line["data"]["title"] = title;
  line["actor"] = "jo.example";
  line["role"] = "project_officer";
  return line;
}

json acknowledgement(const std::string& of_case) {
  return {{"case", of_case}, {"type", "RequestAcknowledged"}, {"data", {{"officer", "@jo.example"}}}, {"evidence", {{{"category", "acknowledgement"}}}}, {"actor", "jo.example"}, {"role", "project_officer"}};
}

json named(json line, const std::string& name) {
  line["as"] = name;
  return line;
}

std::string ndjson(const std::vector<json>& lines) {
  std::string out;
  for (const auto& line : lines) out += line.dump() + "\n";
  return out;
}

std::size_t cases_at(const Desk& desk) { return desk.run({"cases", "--limit", "500", "--json"}).json()["items"].size(); }

struct ImportDesk : Desk {
  ImportDesk() { init(); }
  Outcome import(const std::vector<json>& lines) const {
    write("lines.ndjson", ndjson(lines));
    return run({"import", "lines.ndjson", "--json"});
  }
};

}  // namespace

TEST_CASE("import: the events of a file are recorded, and nobody need say who sends it") {
  const ImportDesk desk;
  const auto answer = desk.import({named(opening("One"), "@one"), acknowledgement("@one"), opening("Two")});
  REQUIRE_MESSAGE(answer.exit == 0, answer.err);
  const auto summary = answer.json();
  CHECK(summary["recorded"] == 3);
  CHECK(summary["replayed"] == 0);
  CHECK(summary["last_position"].get<int>() - summary["first_position"].get<int>() == 2);
  CHECK(summary["source"] == acta::to_text(acta::sha256(acta::view(desk.read("lines.ndjson")))));
  CHECK(desk.run({"case", summary["names"]["@one"].get<std::string>(), "--json"}).json()["state"] == "acknowledged");
  CHECK(cases_at(desk) == 2);
}

TEST_CASE("import: a second run records nothing and says what is there") {
  const ImportDesk desk;
  const std::vector<json> lines = {named(opening("One"), "@one"), acknowledgement("@one")};
  const auto first = desk.import(lines).json();
  const auto size = desk.run({"verify", "--json"}).json()["size"];
  const auto second = desk.import(lines).json();
  CHECK(second["recorded"] == 0);
  CHECK(second["replayed"] == 2);
  CHECK(second["names"] == first["names"]);
  CHECK(desk.run({"verify", "--json"}).json()["size"] == size);
  CHECK(holds(desk.run({"import", "lines.ndjson"}).out, "0 recorded, 2 already there"));
}

TEST_CASE("import: a bad line names file, line and reason, and what stands before it is recorded") {
  const ImportDesk desk;
  auto bad = opening("Two");
  bad["data"].erase("theme");
  const auto answer = desk.import({opening("One"), bad, opening("Three")});
  CHECK(answer.exit == 1);
  CHECK(holds(answer.err, "lines.ndjson, line 2: "));
  CHECK(holds(answer.err, "/data/theme"));
  CHECK(holds(answer.err, "1 line before it recorded"));
  const auto summary = answer.json();
  CHECK(summary["recorded"] == 1);
  CHECK(summary["bad_line"] == 2);
  CHECK(cases_at(desk) == 1);
}

TEST_CASE("import: each kind of bad line ends with the exit code of its reason") {
  const ImportDesk desk;
  auto nobody = opening("One");
  nobody.erase("actor");
  auto stranger = opening("One");
  stranger["role"] = "evaluator";
  desk.write("broken.ndjson", "{\n");
  CHECK(desk.run({"import", "broken.ndjson"}).exit == 1);
  CHECK(desk.import({nobody}).exit == 1);
  CHECK(desk.import({stranger}).exit == 6);
  CHECK(desk.import({acknowledgement("ACT-1999-001")}).exit == 5);
  CHECK(desk.import({named(opening("One"), "@one"), acknowledgement("@one"), acknowledgement("@one")}).exit == 4);
  CHECK(desk.import({acknowledgement("@nobody")}).exit == 1);
  CHECK(desk.run({"import", "missing.ndjson"}).exit == 5);
}

TEST_CASE("import: what is wrong with a line far down is told by its number in the file") {
  const ImportDesk desk;
  std::string text = "\n\n" + named(opening("One"), "@one").dump() + "\n";
  for (int i = 0; i < 300; ++i) text += "\n";
  desk.write("lines.ndjson", text + acknowledgement("@one").dump() + "\n" + opening("Two").dump() + "\n{broken\n");
  const auto answer = desk.run({"import", "lines.ndjson", "--json"});
  CHECK(answer.exit == 1);
  CHECK(holds(answer.err, "lines.ndjson, line 306: "));
  CHECK(answer.json()["recorded"] == 3);
}

TEST_CASE("import: a name holds across the pieces a long file is sent in") {
  const ImportDesk desk;
  const Serving serving(desk);
  auto note = json{{"case", "@one"}, {"type", "NoteAdded"}, {"data", {{"note", std::string(1'500, 'n')}}}, {"actor", "jo.example"}, {"role", "project_officer"}};
  std::vector<json> lines = {named(opening("One"), "@one")};
  lines.insert(lines.end(), 599, note);
  const auto answer = desk.import(lines);
  REQUIRE_MESSAGE(answer.exit == 0, answer.err);
  CHECK(answer.json()["recorded"] == 600);
  CHECK(desk.run({"case", answer.json()["names"]["@one"].get<std::string>(), "--json"}).json()["revision"] == 600);
  CHECK(desk.run({"import", "lines.ndjson", "--json"}).json()["replayed"] == 600);
}

TEST_CASE("import: standard input and a pipe are read like a file") {
  const ImportDesk desk;
  const std::string text = ndjson({opening("One"), opening("Two")});
  const auto first = desk.run({"import", "-", "--json"}, {.input = text}).json();
  CHECK(first["recorded"] == 2);
  CHECK(first["file"] == "standard input");
  desk.write("lines.ndjson", text);
  const auto piped = desk.shell("cat lines.ndjson | " ACTA_BINARY_DIR "/acta import - --json").json();
  CHECK(piped["source"] == first["source"]);
  CHECK(piped["replayed"] == 2);
}

TEST_CASE("import: an event says which file it came from, and what in it was invented") {
  const ImportDesk desk;
  auto line = opening("One");
  line["invented"] = {"occurred_at"};
  REQUIRE(desk.import({opening("Zero"), line}).exit == 0);
  const auto page = desk.run({"cases", "--json"}).json()["items"];
  const auto first = [&](std::size_t i) { return desk.run({"history", page[i]["reference"].get<std::string>(), "--json"}).json()["items"][0]; };
  CHECK(first(0)["event"]["entrymark"] == "imported");
  CHECK(first(1)["event"]["entrymark"] == "synthetic");
  CHECK(first(1)["invented"] == json{"occurred_at"});
}

TEST_CASE("import: a line with a key of its own is known again in another file") {
  const ImportDesk desk;
  auto line = opening("One");
  line["key"] = "request-1";
  CHECK(desk.import({line}).json()["recorded"] == 1);
  CHECK(desk.import({opening("Two"), line}).json()["replayed"] == 1);
  CHECK(cases_at(desk) == 2);
}

TEST_CASE("import: a line beyond the limit is named, and those before it are recorded") {
  const ImportDesk desk;
  desk.write("lines.ndjson", opening("One").dump() + "\n" + std::string(1'100'000, ' ') + "\n");
  const auto answer = desk.run({"import", "lines.ndjson", "--json"});
  CHECK(answer.exit == 1);
  CHECK(holds(answer.err, "lines.ndjson, line 2: a line may have 1000000 bytes"));
  CHECK(answer.json()["recorded"] == 1);
}

TEST_CASE("import: an empty file is nothing to record") {
  const ImportDesk desk;
  CHECK(desk.import({}).json()["recorded"] == 0);
}
