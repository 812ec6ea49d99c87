#include "api/server.h"
#include "events/log.h"

#include <doctest/doctest.h>

#include <future>
#include <thread>

#include "fixture.h"
#include "raw_client.h"

using namespace acta;
using namespace acta::test;

namespace {

struct ServerFixture : ApiFixture {
  explicit ServerFixture(ServerOptions options = {}) {
    spdlog::set_level(spdlog::level::err);  // an access line per request would bury what tests say
    options.listen = "127.0.0.1:0";
    options.workers = 4;
    options.subscriptions = subscriptions.get();
    auto started = Server::start(*engine, *views, "token-of-the-folder", options);
    REQUIRE_MESSAGE(started, (started ? "" : started.error().message));
    server = *std::move(started);
  }
  std::string get(const std::string& target, const std::string& fields = {}) const {
    return "GET " + target + " HTTP/1.1\r\nHost: " + server->address() + "\r\nActa-Actor: jonna.lind\r\n" + fields + "\r\n";
  }
  std::unique_ptr<Server> server;
};

// Holds the commit that is under way until it is opened.
class Gate {
 public:
  explicit Gate(Engine& engine) {
    engine.on_commit([this](std::uint64_t) {
      if (!passed_.exchange(true)) opened_.get_future().wait();
    });
  }
  void open() { opened_.set_value(); }

 private:
  std::atomic<bool> passed_ = false;
  std::promise<void> opened_;
};

std::string status_of(const std::string& answer) { return answer.substr(9, 3); }

}  // namespace

TEST_CASE("server: requests on one connection are answered one after the other") {
  ServerFixture fixture;
  RawClient client(fixture.server->address());
  for (int i = 0; i < 3; ++i) {
    client.send(fixture.get("/livez"));
    const auto answer = client.read_answer();
    CHECK(status_of(answer) == "200");
    CHECK(answer.ends_with("alive\n"));
    CHECK(answer.find("Connection: keep-alive") != std::string::npos);
    CHECK(answer.find("\r\nDate: ") != std::string::npos);
  }
}

TEST_CASE("server: pipelined requests are answered in order, bodies and all") {
  ServerFixture fixture;
  RawClient client(fixture.server->address());
  const auto body = opening_body().dump();
  const auto post = "POST /v1/cases HTTP/1.1\r\nHost: " + fixture.server->address() +
                    "\r\nActa-Actor: jonna.lind\r\nActa-Role: project_officer\r\nIdempotency-Key: p1\r\nContent-Type: application/json\r\nContent-Length: " +
                    std::to_string(body.size()) + "\r\n\r\n" + body;
  client.send(fixture.get("/livez") + post + fixture.get("/nothing") + fixture.get("/v1/cases"));
  CHECK(status_of(client.read_answer()) == "200");
  CHECK(status_of(client.read_answer()) == "201");
  CHECK(status_of(client.read_answer()) == "404");
  CHECK(client.read_answer().find("Harbour statistics") != std::string::npos);
}

TEST_CASE("server: a request inside a body is not executed") {
  ServerFixture fixture;
  RawClient client(fixture.server->address());
  const auto hidden = fixture.get("/livez");
  client.send(fixture.get("/nothing", "Content-Length: " + std::to_string(hidden.size()) + "\r\n") + hidden + fixture.get("/v1/cases"));
  CHECK(status_of(client.read_answer()) == "404");
  CHECK(client.read_answer().find("\"items\"") != std::string::npos);
}

TEST_CASE("server: a body may come in chunks, split anywhere") {
  ServerFixture fixture;
  RawClient client(fixture.server->address());
  const auto body = opening_body().dump();
  const auto half = body.size() / 2;
  const auto chunk = [](const std::string& text) {
    char size[32];
    std::snprintf(size, sizeof size, "%zx\r\n", text.size());
    return size + text + "\r\n";
  };
  client.send("POST /v1/cases HTTP/1.1\r\nHost: " + fixture.server->address() +
              "\r\nActa-Actor: jonna.lind\r\nActa-Role: project_officer\r\nIdempotency-Key: c1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
  client.send(chunk(body.substr(0, half)));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  client.send(chunk(body.substr(half)) + "0\r\n\r\n");
  CHECK(status_of(client.read_answer()) == "201");
}

TEST_CASE("server: broken framing is answered with 400 and the end") {
  ServerFixture fixture;
  const auto host = "Host: " + fixture.server->address() + "\r\n";
  for (const auto& bytes : {std::string("GET /livez HTTP/1.1\r\n\r\n"), "GET /livez HTTP/1.1\r\n" + host + host + "\r\n", "GET /livez HTTP/1.1\r\n" + host + "X : y\r\n\r\n",
                            "GET /livez HTTP/1.1\r\n" + host + "X: a\r\n b\r\n\r\n", "POST /v1/cases HTTP/1.1\r\n" + host + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
                            "POST /v1/cases HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", std::string("nonsense\r\n\r\n")}) {
    RawClient client(fixture.server->address());
    client.send(bytes);
    const auto answer = client.read_answer();
    CHECK_MESSAGE(status_of(answer) == "400", bytes);
    CHECK(answer.find("application/problem+json") != std::string::npos);
    CHECK(client.closed());
  }
}

TEST_CASE("server: another Host is misdirected") {
  ServerFixture fixture;
  RawClient client(fixture.server->address());
  client.send("GET /livez HTTP/1.1\r\nHost: acta.example\r\n\r\n");
  CHECK(status_of(client.read_answer()) == "421");
}

TEST_CASE("server: a header beyond its limit is refused") {
  ServerFixture fixture;
  RawClient client(fixture.server->address());
  client.send("GET /livez HTTP/1.1\r\nHost: " + fixture.server->address() + "\r\nX: " + std::string(17 * 1024, 'x') + "\r\n\r\n");
  CHECK(status_of(client.read_answer()) == "431");
}

TEST_CASE("server: a body beyond its limit is refused before it is read") {
  ServerFixture fixture;
  RawClient client(fixture.server->address());
  client.send("POST /v1/cases HTTP/1.1\r\nHost: " + fixture.server->address() + "\r\nContent-Length: 1048577\r\n\r\n");
  CHECK(status_of(client.read_answer()) == "413");
}

TEST_CASE("server: chunks beyond the limit of a body are refused, too") {
  ServerFixture fixture;
  RawClient client(fixture.server->address());
  client.send("POST /v1/cases HTTP/1.1\r\nHost: " + fixture.server->address() + "\r\nTransfer-Encoding: chunked\r\n\r\n");
  const auto chunk = "10000\r\n" + std::string(65'536, 'x') + "\r\n";
  for (int i = 0; i < 17; ++i) client.send(chunk);
  CHECK(status_of(client.read_answer()) == "413");
}

TEST_CASE("server: who asks whether to go on is told before the body is sent") {
  ServerFixture fixture;
  RawClient client(fixture.server->address());
  client.send("POST /v1/cases HTTP/1.1\r\nHost: " + fixture.server->address() + "\r\nActa-Actor: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  CHECK(client.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("{}");
  CHECK(status_of(client.read_answer()) == "415");
}

TEST_CASE("server: HEAD gives the head alone") {
  ServerFixture fixture;
  RawClient client(fixture.server->address());
  const auto host = "Host: " + fixture.server->address() + "\r\n\r\n";
  client.send("HEAD /livez HTTP/1.1\r\n" + host + "GET /livez HTTP/1.1\r\n" + host);
  const auto head = client.read_until("\r\n\r\n");
  CHECK(head.find("Content-Length: 6") != std::string::npos);
  CHECK(client.read_answer().starts_with("HTTP/1.1 200"));
}

TEST_CASE("server: HTTP/1.0 and Connection: close end the connection") {
  ServerFixture fixture;
  RawClient old(fixture.server->address());
  old.send("GET /v1/events HTTP/1.0\r\nHost: " + fixture.server->address() + "\r\nActa-Actor: a\r\n\r\n");
  const auto answer = old.read_until("\"progress\"");
  CHECK(answer.find("Transfer-Encoding") == std::string::npos);
  CHECK(old.closed());
  RawClient polite(fixture.server->address());
  polite.send(fixture.get("/livez", "Connection: close\r\n"));
  polite.read_answer();
  CHECK(polite.closed());
}

TEST_CASE("server: a feed goes on after a reconnect where Last-Event-ID says, without a gap") {
  ServerFixture fixture;
  const auto size = fixture.engine->ledger().head().size;
  {
    RawClient client(fixture.server->address());
    client.send(fixture.get("/v1/events", "Accept: text/event-stream\r\n"));
    const auto text = client.read_until("event: caught-up");
    CHECK(text.find("Content-Type: text/event-stream") != std::string::npos);
    CHECK(text.find("id: " + std::to_string(size - 1) + "\n") != std::string::npos);
  }
  const auto missed = fixture.open_case("k1").first.value;
  RawClient client(fixture.server->address());
  client.send(fixture.get("/v1/events", "Accept: text/event-stream\r\nLast-Event-ID: " + std::to_string(size - 1) + "\r\n"));
  const auto text = client.read_until("event: caught-up");
  CHECK(text.find("id: " + std::to_string(missed) + "\n") != std::string::npos);
  CHECK(text.find("id: " + std::to_string(missed - 1) + "\n") == std::string::npos);
  const auto next = fixture.open_case("k2").first.value;
  CHECK(client.read_until("id: " + std::to_string(next) + "\n").ends_with("id: " + std::to_string(next) + "\n"));
}

TEST_CASE("server: NDJSON follows the ledger as it grows") {
  ServerFixture fixture;
  RawClient client(fixture.server->address());
  client.send(fixture.get("/v1/events?follow=true"));
  client.read_until("caught-up");
  const auto recorded = fixture.open_case("k1");
  CHECK(client.read_until(to_text(recorded.case_id)).ends_with(to_text(recorded.case_id)));
}

TEST_CASE("server: many feeds and a write at the same time do not wait for each other") {
  ServerFixture fixture;  // four workers
  std::vector<std::unique_ptr<RawClient>> feeds;
  for (int i = 0; i < 40; ++i) {
    feeds.push_back(std::make_unique<RawClient>(fixture.server->address()));
    feeds.back()->send(fixture.get("/v1/events?follow=true&type=RequestReceived"));
    feeds.back()->read_until("caught-up");
  }
  const auto recorded = fixture.open_case("k1");
  for (auto& feed : feeds) CHECK(feed->read_until(to_text(recorded.case_id)).ends_with(to_text(recorded.case_id)));
}

TEST_CASE("server: stopping tells feeds, ends idle connections, and does not wait long") {
  ServerFixture fixture;
  RawClient feed(fixture.server->address()), idle(fixture.server->address());
  feed.send(fixture.get("/v1/events", "Accept: text/event-stream\r\n"));
  feed.read_until("caught-up");
  idle.send(fixture.get("/livez"));
  idle.read_answer();
  const auto started = std::chrono::steady_clock::now();
  fixture.server->stop();
  CHECK(std::chrono::steady_clock::now() - started < std::chrono::seconds(3));
  CHECK(feed.read_until("event: shutdown").ends_with("event: shutdown"));
  CHECK(idle.closed());
}

TEST_CASE("server: connections beyond the cap are refused, and said so") {
  ServerFixture fixture({.listen = {}, .workers = 4, .connections_max = 1});
  RawClient first(fixture.server->address());
  first.send(fixture.get("/livez"));
  first.read_answer();
  RawClient second(fixture.server->address());
  CHECK(status_of(second.read_answer()) == "503");
}

TEST_CASE("server: a port that is taken is named") {
  ServerFixture fixture;
  const auto second = Server::start(*fixture.engine, *fixture.views, "", {.listen = fixture.server->address()});
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Code::in_use);
}

TEST_CASE("server: whether an address is free can be asked without taking it") {
  std::string address;
  {
    ServerFixture fixture;
    address = fixture.server->address();
    REQUIRE_FALSE(check_listen(address));
    CHECK(check_listen(address).error().code == Code::in_use);
  }
  CHECK(check_listen(address));
  CHECK(check_listen(address));
  CHECK(check_listen("0.0.0.0:0").error().code == Code::invalid);
}

TEST_CASE("server: only this machine's own addresses are listened on") {
  ServerFixture fixture;
  for (const auto* listen : {"0.0.0.0:0", "192.0.2.1:0", "example.org:80", "7171", "127.0.0.1:x", "127.0.0.1:65536", "[::]:0"}) {
    const auto started = Server::start(*fixture.engine, *fixture.views, "", {.listen = listen});
    REQUIRE_FALSE(started);
    CHECK(started.error().code == Code::invalid);
  }
}

TEST_CASE("server: commands that wait for the disk keep no thread from others") {
  ServerFixture fixture;
  Gate gate(*fixture.engine);
  const auto body = opening_body().dump();
  std::vector<std::unique_ptr<RawClient>> waiting;
  for (int i = 0; i < 40; ++i) {   // many more than there are threads
    waiting.push_back(std::make_unique<RawClient>(fixture.server->address()));
    waiting.back()->send("POST /v1/cases HTTP/1.1\r\nHost: " + fixture.server->address() + "\r\nActa-Actor: jonna.lind\r\nActa-Role: project_officer\r\nIdempotency-Key: w" + std::to_string(i) +
                         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  RawClient other(fixture.server->address());
  other.send(fixture.get("/livez"));
  CHECK(status_of(other.read_answer()) == "200");
  gate.open();
  for (auto& client : waiting) CHECK(status_of(client->read_answer()) == "201");
}

TEST_CASE("server: a connection goes on after a feed that had an end") {
  ServerFixture fixture;
  RawClient client(fixture.server->address());
  for (int i = 0; i < 2; ++i) {
    client.send(fixture.get("/v1/events?follow=true&limit=2", "Accept: application/x-ndjson\r\n"));
    const auto feed = client.read_until("\r\n0\r\n\r\n");
    CHECK(status_of(feed) == "200");
    CHECK(feed.find("\"specversion\"") != std::string::npos);
    client.send(fixture.get("/livez"));
    CHECK(status_of(client.read_answer()) == "200");
  }
}
