#include <doctest/doctest.h>
#include <signal.h>

#include <chrono>
#include <sstream>

#include "tests/tools/desk.h"

using namespace acta::test;
using nlohmann::json;

namespace {

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::vector<std::string> commands_in(const std::string& banner) {
  std::vector<std::string> out;
  std::istringstream in(banner.substr(banner.find("To try")));
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("  ") && !line.starts_with("  #")) out.push_back(line.substr(2));
  return out;
}

}  // namespace

TEST_CASE("serve: each command of the banner works as it stands") {
  const Desk desk;
  desk.init();
  desk.open_case();
  std::filesystem::create_directories(desk.path("docs/examples"));
  desk.write("docs/examples/open-case.json", example_body());
  const Serving serving(desk);
  const auto commands = commands_in(serving.out());
  CHECK(commands.size() == 6);
  for (const auto& command : commands) {
    const auto answer = desk.shell(command);
    CHECK_MESSAGE(answer.exit == 0, command << answer.err);
    CHECK_FALSE(answer.out.empty());
    CHECK_FALSE(holds(answer.out, "/problems/"));
  }
}

TEST_CASE("serve: with a free port of its own choice it prints which") {
  const Desk desk;
  desk.init();
  const Serving serving(desk);
  CHECK(serving.address().starts_with("127.0.0.1:"));
  CHECK_FALSE(serving.address().ends_with(":0"));
  CHECK(desk.run({"cases", "--url", "http://" + serving.address()}).exit == 0);
}

TEST_CASE("serve: a folder that is ready is served at once") {
  const Desk desk;
  desk.init();
  const auto started = std::chrono::steady_clock::now();
  const Serving serving(desk);
  CHECK(std::chrono::steady_clock::now() - started < std::chrono::seconds(2));
}

TEST_CASE("serve: every verb goes through the server that holds the folder") {
  const Desk desk;
  desk.init();
  const Serving serving(desk);
  const std::string reference = desk.open_case()["reference"];
  CHECK(desk.acknowledge(reference).exit == 0);
  for (const Words& words : {Words{"cases"}, {"case", reference}, {"history", reference}, {"replay", reference}, {"events"}, {"checkpoint"}, {"prove", "1"}, {"verify"}, {"doctor"}})
    CHECK_MESSAGE(desk.run(words).exit == 0, words[0]);
}

TEST_CASE("serve: asked to stop it signs, says so in its log, and leaves no trace of itself") {
  for (const int signal : {SIGINT, SIGTERM}) {
    const Desk desk;
    desk.init();
    Serving serving(desk);
    CHECK(std::filesystem::exists(desk.path("acta-data/server.json")));
    desk.open_case();
    const auto started = std::chrono::steady_clock::now();
    const auto ended = serving.stop(signal);
    CHECK(std::chrono::steady_clock::now() - started < std::chrono::seconds(5));
    CHECK(ended.exit == 0);
    CHECK_FALSE(std::filesystem::exists(desk.path("acta-data/server.json")));
    CHECK(holds(ended.err, "\"event\":\"stopped\""));
    const auto report = desk.run({"verify", "--json"}).json();
    CHECK(report["verdict"] == "sound");
    CHECK(report["unsigned"] == 0);
  }
}

TEST_CASE("serve: asked without TLS to read its certificates again it goes on, and says that there are none") {
  const Desk desk;
  desk.init();
  Serving serving(desk);
  ::kill(serving.pid(), SIGHUP);
  CHECK(desk.run({"cases"}).exit == 0);
  const auto ended = serving.stop(SIGTERM);
  CHECK(ended.exit == 0);
  CHECK(holds(ended.err, "\"event\":\"reload_ignored\""));
}

TEST_CASE("serve: a certificate without its key, or a key without its certificate, is refused") {
  const Desk desk;
  desk.init();
  const auto keyless = desk.run({"serve", "--listen", "127.0.0.1:0", "--tls-cert", "a.crt"});
  CHECK(keyless.exit == 1);
  CHECK(holds(keyless.err, "give tls-key too"));
  CHECK(holds(desk.run({"serve", "--listen", "127.0.0.1:0", "--tls-key", "a.key"}).err, "give tls-cert too"));
}

TEST_CASE("serve: its log is one JSON object a line, and holds no query, header or body") {
  const Desk desk;
  desk.init();
  Serving serving(desk);
  desk.open_case("key-of-this-command");
  desk.shell("curl -s 'http://" + serving.address() + "/v1/cases?limit=7'");
  const auto ended = serving.stop(SIGTERM);
  std::istringstream in(ended.err);
  std::vector<std::string> seen;
  for (std::string line; std::getline(in, line);) {
    const auto entry = json::parse(line);
    seen.push_back(entry["event"]);
    CHECK(entry["time"].get<std::string>().size() == 27);
    CHECK(entry.contains("level"));
  }
  CHECK(seen.front() == "serving");
  CHECK(seen.back() == "stopped");
  CHECK(std::find(seen.begin(), seen.end(), "request") != seen.end());
  for (const auto* secret : {"limit=7", "key-of-this-command", "jo.example", "Tessier"}) CHECK_FALSE(holds(ended.err, secret));
}

TEST_CASE("serve: a request's line names its route and its trace, in text where that is asked for") {
  const Desk desk;
  desk.init();
  Serving serving(desk, {"serve", "--listen", "127.0.0.1:0", "--log-format", "text"});
  const auto head = desk.shell("curl -si -H 'Acta-Actor: jo.example' -H 'traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' http://" + serving.address() + "/v1/cases/ACT-2099-001").out;
  CHECK(holds(head, "traceparent: 00-0af7651916cd43dd8448eb211c80319c-"));
  const auto log = serving.stop(SIGTERM).err;
  CHECK(holds(log, " info request method=GET route=\"/v1/cases/{case}\" status=404 bytes="));
  CHECK(holds(log, " trace_id=\"0af7651916cd43dd8448eb211c80319c\"\n"));
  CHECK_FALSE(holds(log, "ACT-2099"));
}

TEST_CASE("serve: a log of errors alone holds no requests") {
  const Desk desk;
  desk.init();
  Serving serving(desk, {"serve", "--listen", "127.0.0.1:0", "--log-level", "error"});
  CHECK(desk.run({"cases"}).exit == 0);
  CHECK(serving.stop(SIGTERM).err.empty());
}

TEST_CASE("serve: with --json it prints one line for programs") {
  const Desk desk;
  desk.init();
  Background serving(desk, {"serve", "--listen", "127.0.0.1:0", "--json"}, "serve");
  serving.wait_for("\n");
  const auto line = json::parse(serving.out());
  CHECK(line["pid"] == serving.pid());
  CHECK(line["size"] == 11);
  CHECK(line["clock_confirmed"].is_null());
  CHECK(desk.run({"cases", "--url", "http://" + line["address"].get<std::string>()}).exit == 0);
}

TEST_CASE("serve: a second server on the folder is refused by the name of the first") {
  const Desk desk;
  desk.init();
  const Serving serving(desk);
  const auto second = desk.run({"serve", "--listen", "127.0.0.1:0"});
  CHECK(second.exit == 1);
  CHECK(holds(second.err, "data folder acta-data is in use by process " + std::to_string(serving.pid())));
  CHECK(std::filesystem::exists(desk.path("acta-data/server.json")));
  CHECK(desk.run({"cases"}).exit == 0);
}

TEST_CASE("serve: a port that is taken is named, and the folder is free again") {
  const Desk desk, other;
  desk.init();
  other.init();
  const Serving serving(desk);
  const auto second = other.run({"serve", "--listen", serving.address()});
  CHECK(second.exit == 1);
  CHECK(holds(second.err, "the port of " + serving.address() + " is taken by another process"));
  CHECK(other.open_case()["revision"] == 1);
}

TEST_CASE("serve: an address that others could reach is refused") {
  const Desk desk;
  desk.init();
  for (const auto* listen : {"0.0.0.0:0", "192.0.2.1:0", "[::]:0", "7171", "127.0.0.1:x", "example.org:80"}) {
    const auto answer = desk.run({"serve", "--listen", listen});
    CHECK(answer.exit == 1);
    CHECK(holds(answer.err, std::string("cannot listen on ") + listen));
  }
}

TEST_CASE("serve: killed, it lets go of the folder, and what it acknowledged is there") {
  const Desk desk;
  desk.init();
  std::string reference;
  {
    Serving serving(desk);
    reference = desk.open_case()["reference"];
    CHECK(serving.stop(SIGKILL).exit == 128 + SIGKILL);
  }
  CHECK(std::filesystem::exists(desk.path("acta-data/server.json")));
  CHECK(desk.run({"case", reference}).exit == 0);
  CHECK(desk.run({"verify"}).exit == 0);
  Serving again(desk);
  CHECK(desk.run({"case", reference}).exit == 0);
  CHECK(again.stop(SIGTERM).exit == 0);
}

TEST_CASE("serve: a write that fails ends it with a sentence, and loses nothing it acknowledged") {
  const Desk desk;
  desk.init();
  std::uint64_t acknowledged = 0;
  {
    // A file may have 400 KiB here: the log of the database comes to that soon.
    desk.write("limited", "#!/bin/bash\ntrap '' XFSZ\nulimit -f 400\nexec " ACTA_BINARY_DIR "/acta serve --listen 127.0.0.1:0\n");
    std::filesystem::permissions(desk.path("limited"), std::filesystem::perms::owner_all);
    Background limited(desk, Program{desk.path("limited")}, "serve");
    limited.wait_for("Ctrl-C");
    auto body = json::parse(example_body());
    body["data"]["summary"] = std::string(2'000, 'x');
    desk.write("body.json", body.dump());
    const Words words = {"record", "new", "--input", "body.json", "--as", "jo.example", "--role", "project_officer"};
    while (acknowledged < 1'000 && desk.run(words).exit == 0) ++acknowledged;
    const auto ended = limited.wait();
    CHECK(ended.exit == 1);
    CHECK(holds(ended.err, "\"event\":\"write_failed\""));
    CHECK(holds(ended.err, "a write failed, so the server has ended"));
  }
  CHECK(acknowledged > 1);
  CHECK(acknowledged < 1'000);
  CHECK_FALSE(std::filesystem::exists(desk.path("acta-data/server.json")));
  const auto report = desk.run({"verify", "--json"});
  CHECK(report.json()["verdict"] == "sound");
  CHECK(report.json()["counts"]["events"].get<std::uint64_t>() >= acknowledged);
  Serving again(desk);
  CHECK(again.stop(SIGTERM).exit == 0);
}
