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

TEST_CASE("events: --follow goes on with what is recorded, also by a server that was started again elsewhere, without a gap or a double") {
  const Desk desk;
  desk.init();
  auto serving = std::make_unique<Serving>(desk);
  Background follower(desk, {"events", "--follow", "--json"}, "follower");
  follower.wait_for(desk.open_case("k1")["id"].get<std::string>());
  CHECK(serving->stop(SIGTERM).exit == 0);
  serving = std::make_unique<Serving>(desk);
  follower.wait_for(desk.open_case("k2")["id"].get<std::string>());
  serving->stop(SIGKILL);
  serving = std::make_unique<Serving>(desk);
  follower.wait_for(desk.open_case("k3")["id"].get<std::string>());
  follower.stop(SIGKILL);
  const auto lines = lines_of(follower.out());
  for (std::size_t i = 0; i < lines.size(); ++i) CHECK(std::stoull(lines[i]["sequence"].get<std::string>()) == i);
  CHECK(follower.err().find("trying again, from position") != std::string::npos);
}

TEST_CASE("events: --follow ends by itself with its limit, and with an error that waiting does not cure") {
  const Desk desk;
  desk.init();
  const Serving serving(desk);
  CHECK(lines_of(desk.run({"events", "--follow", "--limit", "2", "--json"}).out).size() == 2);
  const auto unknown = desk.run({"events", "--follow", "--type", "Nothing"});
  CHECK(unknown.exit == 1);
  CHECK(unknown.err.find("LedgerOpened") != std::string::npos);
}

TEST_CASE("events: filters choose by type, case, process and role") {
  const Desk desk;
  desk.init();
  const std::string reference = desk.open_case("k1")["reference"];
  desk.open_case("k2");
  CHECK(lines_of(desk.run({"events", "--json", "--type", "RequestReceived"}).out).size() == 2);
  CHECK(lines_of(desk.run({"events", "--json", "--type", "RequestReceived", "--type", "LedgerOpened"}).out).size() == 3);
  CHECK(lines_of(desk.run({"events", "--json", "--case", reference}).out).size() == 1);
  CHECK(lines_of(desk.run({"events", "--json", "--process", "action", "--role", "project_officer"}).out).size() == 2);
}

TEST_CASE("subscriptions: what was printed with --ack does not come again, served or not") {
  const Desk desk;
  desk.init();
  desk.open_case("k1");
  const Words mine = {"--as", "reports.example"};
  const auto as_reports = [&](Words words) {
    words.insert(words.end(), mine.begin(), mine.end());
    return desk.run(words);
  };
  CHECK(as_reports({"subscriptions", "create", "warehouse", "--type", "RequestReceived"}).exit == 0);
  const Words read = {"events", "--subscription", "warehouse", "--ack", "--json"};
  CHECK(lines_of(as_reports(read).out).size() == 1);
  CHECK(lines_of(as_reports(read).out).empty());
  const Serving serving(desk);
  desk.open_case("k2");
  CHECK(lines_of(as_reports(read).out).size() == 1);
  CHECK(as_reports({"subscriptions", "show", "warehouse", "--json"}).json()["lag"]["entries"] == 0);
  CHECK(desk.run({"subscriptions", "list"}).out.find("warehouse") != std::string::npos);
  CHECK(as_reports({"subscriptions", "ack", "warehouse", "0"}).exit == 1);
  CHECK(desk.run({"subscriptions", "delete", "warehouse", "--as", "somebody.else"}).exit == 6);
  CHECK(as_reports({"subscriptions", "delete", "warehouse"}).exit == 0);
  CHECK(as_reports({"subscriptions", "show", "warehouse"}).exit == 5);
}

TEST_CASE("subscriptions: --follow --ack acknowledges what it printed") {
  const Desk desk;
  desk.init();
  const Serving serving(desk);
  REQUIRE(desk.run({"subscriptions", "create", "warehouse", "--as", "reports.example"}).exit == 0);
  CHECK(lines_of(desk.run({"events", "--follow", "--subscription", "warehouse", "--ack", "--limit", "3", "--json", "--as", "reports.example"}).out).size() == 3);
  CHECK(desk.run({"subscriptions", "show", "warehouse", "--json", "--as", "reports.example"}).json()["acknowledged"] == 2);
}

TEST_CASE("events: a reader that stops listening ends it quietly") {
  const Desk desk;
  desk.init();
  const auto answer = desk.shell(ACTA_BINARY_DIR "/acta events --json | head -n 1");
  CHECK(answer.exit == 0);
  CHECK(answer.err.empty());
  CHECK(lines_of(answer.out).size() == 1);
}
