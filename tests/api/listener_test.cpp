// The listener over a raw socket: strict framing (RFC 9112), and limits on everything.

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "api/server.h"
#include "events/log.h"
#include "fixture.h"
#include "raw_client.h"

using namespace acta;
using namespace acta::test;
using std::chrono::milliseconds;

namespace {

struct ListenerFixture : ApiFixture {
  explicit ListenerFixture(ServerOptions options = {}) {
    spdlog::set_level(spdlog::level::err);  // an access line per request would bury what tests say
    options.listen = "127.0.0.1:0";
    options.workers = 2;
    auto started = Server::start(*engine, *views, "token-of-the-folder", options);
    REQUIRE_MESSAGE(started, (started ? "" : started.error().message));
    server = *std::move(started);
  }
  std::string host() const { return "Host: " + server->address() + "\r\n"; }
  std::string get(const std::string& fields = {}) const { return "GET /livez HTTP/1.1\r\n" + host() + fields + "\r\n"; }
  std::string post(const std::string& fields, const std::string& body) const { return "POST /v1/cases HTTP/1.1\r\n" + host() + "Acta-Actor: jonna.lind\r\nContent-Type: application/json\r\n" + fields + "\r\n" + body; }
  std::string chunked(const std::string& body) const { return post("Transfer-Encoding: chunked\r\n", body); }
  std::string metrics() const {
    RawClient client(server->address());
    return metrics_over(client);
  }
  std::string metrics_over(RawClient& client) const {
    client.send("GET /metrics HTTP/1.1\r\n" + host() + "\r\n");
    return client.read_answer();
  }
  std::unique_ptr<Server> server;
};

std::string status_of(const std::string& answer) { return answer.substr(9, 3); }

}  // namespace

TEST_CASE("listener: what is not framed to the letter is answered 400 and the end, and nothing behind it is executed") {
  ListenerFixture fixture;
  const auto host = fixture.host(), get = fixture.get();
  const auto line = [](const std::string& fields) { return "GET /livez HTTP/1.1\r\n" + fields + "\r\n"; };
  const std::vector<std::string> table = {
      line(""), line(host + host), line("Host:\r\n"), line("Host: a b\r\n"), line("Host: a/b\r\n"),
      line(host + "X : y\r\n"), line(host + "X: a\r\n b\r\n"), line(host + ": y\r\n"), line(host + "X(: y\r\n"), line(host + "X: a\rb\r\n"), line(host + std::string("X: \0\r\n", 6)), line(host + "X: \x01\r\n"),
      line(host + "X: a\n"), "GET /livez HTTP/1.1\nHost: a\n\n", "GET /livez\r\n\r\n", "GET /livez HTTP/2.0\r\n" + host + "\r\n", "nonsense\r\n\r\n", "\x16\x03\x01\x02",
      fixture.post("Content-Length: +2\r\n", "{}"), fixture.post("Content-Length: 0x2\r\n", "{}"), fixture.post("Content-Length: 2, 2\r\n", "{}"), fixture.post("Content-Length: 2\r\nContent-Length: 2\r\n", "{}"),
      fixture.post("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), fixture.post("Transfer-Encoding: chunked\r\nContent-Length: 2\r\n", "{}"),
      fixture.post("Transfer-Encoding: gzip, chunked\r\n", ""), fixture.post("Transfer-Encoding: identity\r\n", ""), fixture.post("Transfer-Encoding: xchunked\r\n", ""),
      fixture.chunked("zz\r\n"), fixture.chunked("-1\r\n"), fixture.chunked("0x1\r\n"), fixture.chunked("1\n"), fixture.chunked("1;" + std::string(300, 'x')), fixture.chunked("2\r\n{}X"), fixture.chunked("0\r\nX : y\r\n"),
  };
  for (const auto& bytes : table) {
    RawClient client(fixture.server->address());
    client.send(bytes + get);
    const auto answer = client.read_answer();
    CHECK_MESSAGE(status_of(answer) == "400", bytes);
    CHECK(answer.find("application/problem+json") != std::string::npos);
    CHECK(answer.find("Connection: close") != std::string::npos);
    CHECK(client.read_answer().empty());
  }
}

TEST_CASE("listener: nothing hidden in a body is executed as a request") {
  ListenerFixture fixture;
  const auto hidden = "POST /hidden HTTP/1.1\r\n" + fixture.host() + "\r\n";
  const auto length = std::to_string(hidden.size());
  const std::vector<std::string> table = {
      fixture.get("Content-Length: " + length + "\r\n") + hidden,
      fixture.post("Content-Length: " + length + "\r\n", hidden),
      fixture.chunked("3e;ext=\"0\"\r\n" + (hidden + std::string(62, ' ')).substr(0, 62) + "\r\n0\r\n\r\n"),
      fixture.chunked("0\r\nContent-Length: " + length + "\r\nHost: other\r\n\r\n"),
  };
  for (const auto& bytes : table) {
    RawClient client(fixture.server->address());
    client.send(bytes + fixture.get("Connection: close\r\n"));
    CHECK_FALSE(client.read_answer().empty());
    CHECK_MESSAGE(client.read_answer().ends_with("alive\n"), bytes);
    CHECK(client.read_answer().empty());
  }
}

TEST_CASE("listener: methods and targets are answered as they are known") {
  ListenerFixture fixture;
  RawClient client(fixture.server->address());
  client.send("BREW /livez HTTP/1.1\r\n" + fixture.host() + "\r\n");
  const auto brewed = client.read_answer();
  CHECK(status_of(brewed) == "405");
  CHECK(brewed.find("\r\nAllow: GET, HEAD\r\n") != std::string::npos);
  client.send("BREW /nothing HTTP/1.1\r\n" + fixture.host() + "\r\n");
  CHECK(status_of(client.read_answer()) == "404");
  client.send("OPTIONS * HTTP/1.1\r\n" + fixture.host() + "\r\n");
  CHECK(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 204"));
  client.send("GET http://" + fixture.server->address() + "/livez HTTP/1.1\r\nHost: elsewhere\r\n\r\n");
  CHECK(client.read_answer().ends_with("alive\n"));
  client.send("GET http://elsewhere/livez HTTP/1.1\r\n" + fixture.host() + "\r\n");
  CHECK(status_of(client.read_answer()) == "421");
}

TEST_CASE("listener: a header or body that drips is cut off in all, however steadily it drips") {
  ServerOptions options;
  options.limits.header = options.limits.body_grace = milliseconds(150);
  ListenerFixture fixture(options);
  for (const auto& begun : {std::string("GET /livez HTTP/1.1\r\n"), fixture.post("Content-Length: 100000\r\n", "{"), fixture.chunked("5\r\n")}) {
    RawClient client(fixture.server->address());
    client.send(begun);
    CHECK_MESSAGE(status_of(client.read_answer()) == "408", begun);
    CHECK(client.closed());
  }
}

TEST_CASE("listener: who says nothing is let go without a word") {
  ServerOptions options;
  options.limits.idle = milliseconds(50);
  ListenerFixture fixture(options);
  RawClient silent(fixture.server->address()), once(fixture.server->address());
  once.send(fixture.get());
  CHECK(once.read_answer().ends_with("alive\n"));
  CHECK(once.read_answer().empty());
  CHECK(silent.read_answer().empty());
}

TEST_CASE("listener: header fields have their number, and an expectation its name") {
  ListenerFixture fixture;
  std::string many;
  for (int i = 0; i < 101; ++i) many += "X: y\r\n";
  RawClient crowded(fixture.server->address()), hopeful(fixture.server->address());
  crowded.send(fixture.get(many));
  CHECK(status_of(crowded.read_answer()) == "431");
  hopeful.send(fixture.get("Expect: wonders\r\n"));
  CHECK(status_of(hopeful.read_answer()) == "417");
}

TEST_CASE("listener: what is refused before it is a request is counted by status and reason") {
  ServerOptions options;
  options.limits.header = milliseconds(50);
  ListenerFixture fixture(options);
  const auto refused = [&](const std::string& bytes) {
    RawClient client(fixture.server->address());
    client.send(bytes);
    return status_of(client.read_answer());
  };
  CHECK(refused("nonsense\r\n\r\n") == "400");
  CHECK(refused(fixture.get("X: " + std::string(20'000, 'x') + "\r\n")) == "431");
  CHECK(refused(fixture.post("Content-Length: 2000000\r\n", "{")) == "413");
  CHECK(refused("GET /livez HTTP/1.1\r\n") == "408");
  const auto metrics = fixture.metrics();
  for (const auto* line : {"status=\"400\",reason=\"framing\"", "status=\"431\",reason=\"header-too-large\"", "status=\"413\",reason=\"body-too-large\"", "status=\"408\",reason=\"timed-out\""})
    CHECK_MESSAGE(metrics.find("acta_http_refused_total{" + std::string(line) + "} 1\n") != std::string::npos, line);
}

TEST_CASE("listener: requests sent ahead are answered in their order, and after each share of them others have their turn") {
  ServerOptions options;
  options.limits.pipelined_max = 4;
  ListenerFixture fixture(options);
  RawClient eager(fixture.server->address());
  std::string ahead;
  for (int i = 0; i < 10; ++i) ahead += "GET /nowhere/" + std::to_string(i) + " HTTP/1.1\r\n" + fixture.host() + "\r\n";
  eager.send(ahead);
  for (int i = 0; i < 10; ++i) CHECK(eager.read_answer().find("\"/nowhere/" + std::to_string(i) + "\"") != std::string::npos);
  CHECK(fixture.metrics().find("acta_http_pipeline_pauses_total 2\n") != std::string::npos);
  // One after the other is no pipeline, however many.
  for (int i = 0; i < 10; ++i) {
    eager.send(fixture.get());
    CHECK(status_of(eager.read_answer()) == "200");
  }
  CHECK(fixture.metrics().find("acta_http_pipeline_pauses_total 2\n") != std::string::npos);
}

// Keeps a thousand requests ahead of their answers, for as long as it lives.
class EagerClient {
 public:
  explicit EagerClient(const ListenerFixture& fixture) : client_(fixture.server->address(), RawClient::Noted::no), thread_([this, one = fixture.get()] { run(one); }) {}
  ~EagerClient() {
    enough_ = true;
    thread_.join();
  }

 private:
  static constexpr int ahead = 1'000;
  void run(const std::string& one) {
    std::string many;
    for (int i = 0; i < ahead; ++i) many += one;
    while (!enough_) {
      client_.send(many);
      for (int i = 0; i < ahead; ++i) client_.read_answer();
    }
  }
  std::atomic<bool> enough_ = false;
  RawClient client_;
  std::thread thread_;
};

std::uint64_t livez_answers(const std::string& metrics) {
  constexpr std::string_view line = "acta_http_requests_total{method=\"GET\",route=\"/livez\",status=\"200\"} ";
  const auto at = metrics.find(line);
  return at == std::string::npos ? 0 : std::stoull(metrics.substr(at + line.size()));
}

TEST_CASE("listener: more eager clients than threads do not keep a modest one from its turn") {
  ServerOptions options;
  options.limits.pipelined_max = 4;
  ListenerFixture fixture(options);
  RawClient modest(fixture.server->address(), RawClient::Noted::no);
  std::vector<std::unique_ptr<EagerClient>> eager;
  for (int i = 0; i < 6; ++i) eager.push_back(std::make_unique<EagerClient>(fixture));
  // How many of theirs are answered between two of the modest one's, which asks again at once.
  std::vector<std::uint64_t> between;
  for (int i = 0; i < 200; ++i) {
    const auto before = livez_answers(fixture.metrics_over(modest));
    const auto after = livez_answers(fixture.metrics_over(modest));
    if (before > 0) between.push_back(after - before);
  }
  std::sort(between.begin(), between.end());
  CHECK(between[between.size() * 3 / 4] < 200);   // some 50; some 350 when each goes on as long as it can
}

TEST_CASE("listener: one address has no more than its share of connections, and gets it back") {
  ServerOptions options;
  options.connections_per_address_max = 1;
  ListenerFixture fixture(options);
  {
    RawClient first(fixture.server->address()), second(fixture.server->address());
    first.send(fixture.get());
    CHECK(status_of(first.read_answer()) == "200");
    const auto answer = second.read_answer();
    CHECK(status_of(answer) == "503");
    CHECK(fixture.metrics_over(first).find("acta_http_refused_total{status=\"503\",reason=\"connections\"} 1\n") != std::string::npos);
    CHECK(answer.find("\r\nRetry-After: ") != std::string::npos);
    first.send(fixture.get("Connection: close\r\n"));
    CHECK(first.closed());
  }
  // Given back when the server has seen the other side close, which it is told by the network.
  std::string status;
  for (int attempt = 0; attempt < 200 && status != "200"; ++attempt) {
    RawClient third(fixture.server->address());
    third.send(fixture.get());
    status = status_of(third.read_answer());
    if (status != "200") std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  CHECK(status == "200");
}
