#include <doctest/doctest.h>

#include "tests/tools/desk.h"

using namespace acta::test;
using nlohmann::json;

namespace {

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("command line: --help names every verb") {
  const Desk desk;
  const auto help = desk.run({"--help"});
  CHECK(help.exit == 0);
  for (const auto* verb : {"init", "serve", "demo", "import", "cases", "case", "history", "audit", "refusals", "rebuild", "replay", "record", "events", "verify", "checkpoint", "prove", "clock", "doctor", "version"}) {
    CHECK(holds(help.out, std::string("\n  ") + verb + " "));
    CHECK(desk.run({verb, "--help"}).exit == 0);
  }
}

TEST_CASE("command line: what it does not understand is a usage error with a sentence, and nothing happens") {
  const Desk desk;
  for (const Words& words : {Words{}, {"nothing"}, {"cases", "--colour"}, {"prove"}, {"prove", "first"}, {"record", "new"}, {"events", "--from", "1", "--after", "1"}, {"clock"},
                             {"init"}, {"verify", "--key", "x"}, {"verify", "--url", "http://127.0.0.1:1"}, {"doctor", "--url", "http://127.0.0.1:1"},
                             {"case", "X", "--as-of", "noon"}, {"replay", "X", "--as-of", "noon"}}) {
    const auto answer = desk.run(words);
    CHECK_MESSAGE(answer.exit == 2, (words.empty() ? "" : words[0]) << answer.err);
    CHECK_FALSE(answer.err.empty());
  }
  CHECK_FALSE(std::filesystem::exists(desk.path("acta-data")));
}

TEST_CASE("command line: version says which format it writes") {
  const Desk desk;
  CHECK(desk.run({"version"}).out.starts_with("acta "));
  CHECK(desk.run({"version", "--json"}).json()["format"] == 1);
}

TEST_CASE("command line: a new ledger needs two founders and a folder of its own") {
  const Desk desk;
  const Words start = {"init", "--origin", "acta.example/x", "--facility", "X"};
  const auto with = [&](const Words& founders) {
    Words words = start;
    for (const auto& founder : founders) words.insert(words.end(), {"--founder", founder});
    return desk.run(words);
  };
  CHECK(with({"ada:administrator"}).exit == 2);
  CHECK(with({"ada:administrator", "ben:administrator", "cy:administrator"}).exit == 2);
  CHECK(with({"ada", "ben:administrator"}).exit == 2);
  CHECK(with({"a da:administrator", "ben:administrator"}).exit == 2);
  CHECK(with({"ada:administrator", "ada:administrator"}).exit == 1);
  CHECK_FALSE(std::filesystem::exists(desk.path("acta-data")));
  desk.init();
  const auto again = with({"ada:administrator", "ben:administrator"});
  CHECK(again.exit == 4);
  CHECK(holds(again.err, "acta-data is not empty"));
}

TEST_CASE("command line: without a ledger each verb says so, and how to make one") {
  const Desk desk;
  for (const Words& words : {Words{"cases"}, {"case", "X"}, {"history", "X"}, {"replay", "X"}, {"events"}, {"verify"}, {"checkpoint"}, {"prove", "1"}, {"serve", "--listen", "127.0.0.1:0"}}) {
    const auto answer = desk.run(words);
    CHECK_MESSAGE(answer.exit == 5, words[0]);
    CHECK(holds(answer.err, "there is no ledger in acta-data: `acta init` makes one"));
  }
  CHECK_FALSE(std::filesystem::exists(desk.path("acta-data")));
}

TEST_CASE("command line: who only reads need not say who he is, and is never recorded") {
  const Desk desk;
  desk.init();
  const std::string reference = desk.open_case()["reference"];
  const std::string size = desk.run({"verify", "--json"}).json()["size"].dump();
  for (const Words& words : {Words{"cases"}, {"case", reference}, {"history", reference}, {"replay", reference}, {"events"}, {"checkpoint"}, {"prove", "1"}}) {
    const auto answer = desk.run(words);
    CHECK_MESSAGE(answer.exit == 0, words[0] << answer.err);
  }
  CHECK(desk.run({"verify", "--json"}).json()["size"].dump() == size);
}

TEST_CASE("command line: who records says who he is and in which role") {
  const Desk desk;
  desk.init();
  const Words words = {"record", "new", "--input", ACTA_SOURCE_DIR "/docs/examples/open-case.json"};
  const auto nobody = desk.run(words);
  CHECK(nobody.exit == 6);
  CHECK(holds(nobody.err, "--as HANDLE --role ROLE"));
  CHECK(desk.run(words, {.environment = {{"ACTA_AS", "jo.example"}}}).exit == 6);
  CHECK(desk.run(words, {.environment = {{"ACTA_AS", "jo.example"}, {"ACTA_ROLE", "evaluator"}}}).exit == 6);
  CHECK(desk.run({"cases", "--json"}).json()["items"].empty());
  CHECK(desk.run(words, {.environment = {{"ACTA_AS", "jo.example"}, {"ACTA_ROLE", "project_officer"}}}).exit == 0);
}

TEST_CASE("command line: a flag goes before its variable, the variable before the default") {
  const Desk desk;
  desk.init();
  desk.open_case();
  std::filesystem::rename(desk.path("acta-data"), desk.path("other"));
  for (const auto* end : {".keys", ".kek", ".head"}) std::filesystem::rename(desk.path(std::string("acta-data") + end), desk.path(std::string("other") + end));
  CHECK(desk.run({"cases"}).exit == 5);
  CHECK(desk.run({"cases"}, {.environment = {{"ACTA_DATA", "other"}}}).exit == 0);
  CHECK(desk.run({"--data", "other/", "cases"}, {.environment = {{"ACTA_DATA", "nothing"}}}).exit == 0);
  CHECK(desk.run({"cases", "--data", "./other"}).exit == 0);
}

TEST_CASE("command line: options stand before or after the verb") {
  const Desk desk;
  desk.init();
  CHECK(desk.run({"--json", "cases"}).json() == desk.run({"cases", "--json"}).json());
}

TEST_CASE("command line: a server that is not there, or an address that is none, is named") {
  const Desk desk;
  const auto silent = desk.run({"cases", "--url", "http://127.0.0.1:1"});
  CHECK(silent.exit == 1);
  CHECK(holds(silent.err, "no answer from http://127.0.0.1:1"));
  CHECK(desk.run({"cases"}, {.environment = {{"ACTA_URL", "http://127.0.0.1:1"}}}).exit == 1);
  CHECK(desk.run({"cases", "--url", "http://127.0.0.1:port"}).exit == 1);
}

TEST_CASE("command line: --json prints the problem document beside the sentence") {
  const Desk desk;
  desk.init();
  const auto answer = desk.run({"case", "ACT-1999-001", "--json"});
  CHECK(answer.exit == 5);
  CHECK(answer.out.empty());
  const auto document = json::parse(answer.err.substr(answer.err.find("\n{") + 1));
  CHECK(document["code"] == "not_found");
  CHECK(document["status"] == 404);
}
