#include <doctest/doctest.h>

#include <fstream>
#include <latch>
#include <thread>

#include "../engine/time_stamp_authority.h"
#include "../projections/engine_fixture.h"
#include "api/server.h"
#include "api/time_stamper.h"
#include "engine/anchor/anchors.h"

using namespace acta;
using namespace acta::test;

namespace {

constexpr int patience_ms = 30'000;

// Answers over the listener itself, as it is told to; by default as a time-stamp server does.
struct ToldServer {
  TimeStampAuthority ours{"Ours"};
  std::mutex mutex;
  std::function<Response(const std::string&)> answer;
  std::uint64_t asked = 0;
  std::unique_ptr<Server> server;

  ToldServer() {
    be_good();
    ServerOptions options;
    options.listen = "127.0.0.1:0";
    options.workers = 2;
    server = *Server::start([this](const std::string&) { return [this](const Request& request) { return answer_to(request); }; }, options);
  }
  Response answer_to(const Request& request) {
    std::function<Response(const std::string&)> now;
    {
      const std::lock_guard lock(mutex);
      ++asked;
      now = answer;
    }
    return now(request.body);
  }
  void be(std::function<Response(const std::string&)> how) {
    const std::lock_guard lock(mutex);
    answer = std::move(how);
  }
  void be_good() {
    be([this](const std::string& query) { return with(ours.answer(query)); });
  }
  static Response with(std::string body) {
    Response response;
    response.headers = {{"Content-Type", "application/timestamp-reply"}};
    response.body = std::move(body);
    return response;
  }
  std::uint64_t count() {
    const std::lock_guard lock(mutex);
    return asked;
  }
};

struct StampedFixture : EngineFixture {
  ToldServer outside;
  std::string authorities = folder / "authorities.pem";
  StampedFixture() { std::ofstream(authorities) << outside.ours.authorities(); }
  TimeStamperOptions options() const {
    TimeStamperOptions made{.url = "http://" + outside.server->address(), .trusted = authorities};
    made.look_ms = 5;
    made.every_ms = 1;
    made.pause_max_ms = 10;
    return made;
  }
  std::unique_ptr<TimeStamper> start(const TimeStamperOptions& how) const {
    auto started = TimeStamper::start(*engine, how);
    REQUIRE_MESSAGE(started, started.error().message);
    return *std::move(started);
  }
  std::size_t anchors() const {
    std::size_t count = 0;
    REQUIRE(walk_anchors(engine->ledger(), newest_anchor(engine->ledger()), [&](Position, const Anchoring&) { return ++count, true; }));
    return count;
  }
};

template <class Holds>
bool soon(Holds holds) {
  for (int i = 0; i < patience_ms; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

}  // namespace

TEST_CASE("time stamper: what is signed is stamped by itself, once") {
  StampedFixture house;
  const auto stamper = house.start(house.options());
  REQUIRE(soon([&] { return house.engine->unanchored().entries == 0; }));   // what the fixture signed
  CHECK(house.anchors() == 1);
  for (std::size_t count = 2; count <= 4; ++count) {
    house.open_case("k" + std::to_string(count));
    REQUIRE(house.engine->checkpoint());
    REQUIRE(soon([&] { return house.engine->unanchored().entries == 0; }));
    CHECK(house.anchors() == count);
  }
  // Nothing new: to be asked for once more finds it covered, and nobody outside was asked in vain.
  const auto covered = stamper->stamp_now();
  REQUIRE(covered);
  CHECK_FALSE(*covered);
  CHECK(house.outside.count() == 4);
  CHECK(stamper->state().granted == 4);
}

TEST_CASE("time stamper: a server that never answers delays no append, and its silence is told") {
  StampedFixture house;
  const auto released = std::make_shared<std::latch>(1);
  house.outside.be([released](const std::string&) { return released->wait(), ToldServer::with(""); });
  auto options = house.options();
  options.timeout_ms = 100;
  const auto stamper = house.start(options);
  REQUIRE(soon([&] { return house.outside.count() > 0; }));
  house.open_case("k1");                                   // answered while it waits
  CHECK(soon([&] { return stamper->state().failure.find("no answer from") != std::string::npos; }));
  CHECK(house.anchors() == 0);
  released->count_down();
}

TEST_CASE("time stamper: nothing that does not hold is recorded, and a server that comes back is believed again") {
  StampedFixture house;
  const TimeStampAuthority theirs("Theirs");
  const std::pair<const char*, std::function<Response(const std::string&)>> answers[] = {
      {"its signer is not trusted", [&](const std::string& query) { return ToldServer::with(theirs.answer(query)); }},
      {"behind this machine's clock", [&](const std::string& query) { return ToldServer::with(house.outside.ours.answer(query, {.at = Instant{1'700'000'000'000'000}})); }},
      {"the answer is too large", [&](const std::string&) { return ToldServer::with(std::string(200'000, 'x')); }},
      {"no answer of a time-stamp server", [&](const std::string&) { return ToldServer::with("hello"); }},
      {"status 500", [&](const std::string&) {
         Response response;
         response.status = 500;
         return response;
       }}};
  const auto stamper = house.start([&] {
    auto options = house.options();
    options.every_ms = 3'600'000;                          // the failures are not made good in between
    options.pause_max_ms = 3'600'000;
    options.look_ms = 3'600'000;
    return options;
  }());
  REQUIRE(soon([&] { return stamper->state().granted == 1; }));   // what the fixture signed; from here on only what is wanted
  int cases = 1;
  house.open_case("k1");
  for (const auto& [why, how] : answers) {
    CAPTURE(why);
    house.outside.be(how);
    const auto stamped = stamper->stamp_now();
    REQUIRE_FALSE(stamped);
    CHECK_MESSAGE(stamped.error().message.find(why) != std::string::npos, stamped.error().message);
    CHECK(stamper->state().failure == stamped.error().message);
    house.open_case("k" + std::to_string(++cases));
  }
  const std::size_t before = house.anchors();
  house.outside.be_good();
  const auto stamped = stamper->stamp_now();
  REQUIRE_MESSAGE(stamped, stamped.error().message);
  REQUIRE(*stamped);
  CHECK(house.anchors() == before + 1);
  CHECK(stamper->state().failure.empty());
  CHECK(stamper->state().failed >= std::size(answers));
}

TEST_CASE("time stamper: between two time stamps lies the interval, over a restart too") {
  StampedFixture house;
  auto options = house.options();
  options.every_ms = 3'600'000;
  {
    const auto stamper = house.start(options);
    REQUIRE(house.engine->checkpoint());
    REQUIRE(soon([&] { return house.anchors() == 1; }));
  }
  house.open_case("k1");
  REQUIRE(house.engine->checkpoint());
  const auto stamper = house.start(options);
  // Asked by itself it would be in an hour; so the first request from here on is the one that a person wanted.
  const auto asked = house.outside.count();
  REQUIRE(stamper->stamp_now());
  CHECK(house.outside.count() == asked + 1);
  CHECK(house.anchors() == 2);
}

TEST_CASE("time stamper: settings that cannot work refuse the start, and say what is wrong") {
  StampedFixture house;
  const auto refused = [&](const std::function<void(TimeStamperOptions&)>& change) {
    auto options = house.options();
    change(options);
    const auto started = TimeStamper::start(*house.engine, options);
    REQUIRE_FALSE(started);
    return started.error().message;
  };
  CHECK(refused([](TimeStamperOptions& o) { o.url = "ftp://x"; }).find("timestamp-url") != std::string::npos);
  CHECK(refused([](TimeStamperOptions& o) { o.trusted.clear(); }).find("timestamp-ca") != std::string::npos);
  CHECK(refused([&](TimeStamperOptions& o) { o.trusted = house.folder / "none"; }).find("cannot be read") != std::string::npos);
  CHECK(refused([](TimeStamperOptions& o) { o.policy = "x"; }).find("timestamp-policy") != std::string::npos);
}
