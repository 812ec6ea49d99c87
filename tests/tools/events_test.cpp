#include <doctest/doctest.h>
#include <signal.h>

#include <sstream>

#include "tests/tools/desk.h"

using namespace acta::test;
using nlohmann::json;

namespace {

std::vector<json> lines_of(const std::string& text) {
  std::vector<json> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(json::parse(line));
  return out;
}

}  // namespace

TEST_CASE("events: every entry is one CloudEvent a line, in order, served or not") {
  const Desk desk;
  desk.init();
  desk.open_case();
  const auto stopped = desk.run({"events", "--json"});
  const auto lines = lines_of(stopped.out);
  REQUIRE(lines.size() > 2);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    CHECK(lines[i]["specversion"] == "1.0");
    CHECK(std::stoull(lines[i]["sequence"].get<std::string>()) == i);
  }
  const Serving serving(desk);
  CHECK(desk.run({"events", "--json"}).out == stopped.out);
}

TEST_CASE("events: from, after and limit choose a part") {
  const Desk desk;
  desk.init();
  const auto first = [&](const Words& words) { return lines_of(desk.run(words).out); };
  CHECK(first({"events", "--json", "--from", "3"})[0]["sequence"] == "00000000000000000003");
  CHECK(first({"events", "--json", "--after", "3"})[0]["sequence"] == "00000000000000000004");
  CHECK(first({"events", "--json", "--limit", "2"}).size() == 2);
}

TEST_CASE("events: people get a line an event") {
  const Desk desk;
  desk.init();
  desk.open_case();
  const auto text = desk.run({"events"}).out;
  CHECK(text.starts_with("0  "));
  CHECK(text.find("  LedgerOpened  ") != std::string::npos);
  CHECK(text.find("  RequestReceived  case/") != std::string::npos);
}

TEST_CASE("events: --follow goes on with what is recorded, and ends when the server does") {
  const Desk desk;
  desk.init();
  Serving serving(desk);
  Background follower(desk, {"events", "--follow", "--json"}, "follower");
  const std::string id = desk.open_case()["id"];
  follower.wait_for(id);
  CHECK(serving.stop(SIGTERM).exit == 0);
  CHECK(follower.wait().exit == 0);
}

TEST_CASE("events: a reader that stops listening ends it quietly") {
  const Desk desk;
  desk.init();
  const auto answer = desk.shell(ACTA_BINARY_DIR "/acta events --json | head -n 1");
  CHECK(answer.exit == 0);
  CHECK(answer.err.empty());
  CHECK(lines_of(answer.out).size() == 1);
}
