#include <doctest/doctest.h>

#include "tests/tools/desk.h"

using namespace acta::test;
using nlohmann::json;

namespace {

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

Words officer(Words words) {
  words.insert(words.end(), as_officer.begin(), as_officer.end());
  return words;
}

}  // namespace

TEST_CASE("record: a case is opened, goes on, and is shown by every reading verb") {
  const Desk desk;
  desk.init();
  const auto opened = desk.open_case();
  const std::string reference = opened["reference"];
  CHECK(opened["revision"] == 1);
  CHECK(desk.acknowledge(reference).exit == 0);

  const auto page = desk.run({"cases", "--json"}).json();
  CHECK(page["items"][0]["reference"] == reference);
  CHECK(page["items"][0]["state"] == "acknowledged");
  CHECK(page["next"].is_null());
  CHECK(holds(desk.run({"cases"}).out, reference));
  CHECK(desk.run({"case", reference, "--json"}).json()["revision"] == 2);
  CHECK(desk.run({"case", opened["id"].get<std::string>(), "--revision", "1", "--json"}).json()["state"] == "received");
  CHECK(desk.run({"history", reference, "--json"}).json()["items"].size() == 2);
  CHECK(holds(desk.run({"history", reference}).out, "2024-01-15"));
  const auto replayed = desk.run({"replay", reference, "--json"}).json()["items"];
  REQUIRE(replayed.size() == 2);
  for (const auto& step : replayed) CHECK(step["digest_agrees"] == true);
}

TEST_CASE("record: a case is shown as it was on a day, and as it was known on a day") {
  const Desk desk;
  desk.init();
  const std::string reference = desk.open_case()["reference"];
  desk.acknowledge(reference);
  CHECK(desk.run({"case", reference, "--as-of", "2024-02-01", "--json"}).json()["state"] == "received");
  CHECK(desk.run({"replay", reference, "--as-of", "2024-02-01", "--json"}).json()["items"].size() == 1);
  CHECK(desk.run({"case", reference, "--as-of", "2024-01-14"}).exit == 5);
  CHECK(desk.run({"case", reference, "--recorded-as-of", "2024-02-01"}).exit == 5);
}

TEST_CASE("record: the same key and body are recorded once") {
  const Desk desk;
  desk.init();
  const auto first = desk.open_case("same");
  const auto again = desk.open_case("same");
  CHECK(again["position"] == first["position"]);
  CHECK(desk.run({"cases", "--json"}).json()["items"].size() == 1);
  CHECK(holds(desk.run(officer({"record", "new", "--input", ACTA_SOURCE_DIR "/docs/examples/open-case.json", "--key", "same"})).out, "Recorded before with this key"));
}

TEST_CASE("record: a key that was used for something else is refused") {
  const Desk desk;
  desk.init();
  desk.open_case("same");
  auto body = json::parse(example_body());
  body["data"]["title"] = "Another";
  desk.write("body.json", body.dump());
  const auto answer = desk.run(officer({"record", "new", "--input", "body.json", "--key", "same"}));
  CHECK(answer.exit == 4);
  CHECK(holds(answer.err, "Use a new --key for a new event"));
}

TEST_CASE("record: without a key of its own a command gets one, and is told it") {
  const Desk desk;
  desk.init();
  const auto answer = desk.run(officer({"record", "new", "--input", ACTA_SOURCE_DIR "/docs/examples/open-case.json"}));
  CHECK(answer.exit == 0);
  CHECK(holds(answer.out, "\n  key   "));
}

TEST_CASE("record: what was decided on an older revision changes nothing") {
  const Desk desk;
  desk.init();
  const std::string reference = desk.open_case()["reference"];
  const auto answer = desk.acknowledge(reference, {"--if-match", "7"});
  CHECK(answer.exit == 4);
  CHECK(holds(answer.err, "current revision: 1"));
  CHECK(desk.acknowledge(reference, {"--if-match", "1"}).exit == 0);
}

TEST_CASE("record: what the state does not allow is refused with what it does") {
  const Desk desk;
  desk.init();
  const std::string reference = desk.open_case()["reference"];
  REQUIRE(desk.acknowledge(reference).exit == 0);
  const auto again = desk.acknowledge(reference);
  CHECK(again.exit == 4);
  CHECK(holds(again.err, "accepted now: "));
  CHECK(desk.run({"case", reference, "--json"}).json()["revision"] == 2);
}

TEST_CASE("record: what is wrong in the input is pointed at, and nothing is recorded") {
  const Desk desk;
  desk.init();
  auto body = json::parse(example_body());
  body["data"]["theme"] = "XX";
  body["data"]["colour"] = "red";
  desk.write("body.json", body.dump());
  const auto answer = desk.run(officer({"record", "new", "--input", "body.json"}));
  CHECK(answer.exit == 1);
  CHECK(holds(answer.err, "/data/theme"));
  CHECK(holds(answer.err, "/data/colour"));
  desk.write("body.json", "{\"type\": 1, \"type\": 2}");
  CHECK(desk.run(officer({"record", "new", "--input", "body.json"})).exit == 1);
  CHECK(desk.run(officer({"record", "new", "--input", "missing.json"})).exit == 5);
  CHECK(desk.run({"cases", "--json"}).json()["items"].empty());
}

TEST_CASE("record: the type on the line must be the type in the input") {
  const Desk desk;
  desk.init();
  const std::string input = ACTA_SOURCE_DIR "/docs/examples/open-case.json";
  const auto other = desk.run(officer({"record", "new", "RequestAcknowledged", "--input", input}));
  CHECK(other.exit == 1);
  CHECK(holds(other.err, "RequestReceived"));
  CHECK(desk.run(officer({"record", "new", "RequestReceived", "--input", input})).exit == 0);
}

TEST_CASE("record: flags fill in what the input leaves out") {
  const Desk desk;
  desk.init();
  auto body = json::parse(example_body());
  for (const auto* name : {"occurred_at", "precision", "evidence"}) body.erase(name);
  desk.write("body.json", body.dump());
  CHECK(desk.run(officer({"record", "new", "--input", "body.json"})).exit == 1);
  const auto answer = desk.run(officer({"record", "new", "--input", "body.json", "--occurred-at", "2024-05-13", "--evidence", "request_letter", "--json"}));
  REQUIRE_MESSAGE(answer.exit == 0, answer.err);
  const auto item = desk.run({"history", answer.json()["reference"].get<std::string>(), "--json"}).json()["items"][0];
  CHECK(item["event"]["time"] == "2024-05-13T00:00:00.000000Z");
  CHECK(item["event"]["timeprecision"] == "day");
  CHECK(item["evidence"][0]["category"] == "request_letter");
}

TEST_CASE("record: a reason is given as a code") {
  const Desk desk;
  desk.init();
  const std::string reference = desk.open_case()["reference"];
  REQUIRE(desk.acknowledge(reference).exit == 0);
  desk.write("body.json", R"({"type": "RequestDeemedInadmissible", "data": {"note": "Out of scope."}})");
  const Words manager = {"--as", "pat.example", "--role", "programme_manager"};
  const auto as_manager = [&](Words words) {
    words.insert(words.end(), manager.begin(), manager.end());
    return desk.run(words);
  };
  const auto without = as_manager({"record", reference, "--input", "body.json"});
  CHECK(without.exit == 1);
  CHECK(as_manager({"record", reference, "--input", "body.json", "--reason", "free text"}).exit == 1);
  const auto with = as_manager({"record", reference, "--input", "body.json", "--reason", "scope"});
  CHECK_MESSAGE(with.exit == 0, with.err);
}

TEST_CASE("record: a list goes on where its page ended") {
  const Desk desk;
  desk.init();
  for (const auto* key : {"a", "b", "c"}) desk.open_case(key);
  const auto first = desk.run({"cases", "--limit", "2", "--json"}).json();
  CHECK(first["items"].size() == 2);
  const auto second = desk.run({"cases", "--limit", "2", "--after", first["next"].get<std::string>(), "--json"}).json();
  CHECK(second["items"].size() == 1);
  CHECK(second["next"].is_null());
  CHECK(desk.run({"cases", "--limit", "501"}).exit == 1);
}
