#include <doctest/doctest.h>

#include <fstream>
#include <thread>

#include "../projections/engine_fixture.h"
#include "api/cosigners.h"
#include "api/server.h"
#include "api/witness.h"

using namespace acta;
using namespace acta::test;

namespace {

constexpr int patience_ms = 30'000;

// A witness that answers what it is told to, over the listener itself.
struct ToldWitness {
  std::mutex mutex;
  Response told;
  std::vector<std::string> bodies;
  std::unique_ptr<Server> server;

  ToldWitness() {
    ServerOptions options;
    options.listen = "127.0.0.1:0";
    options.workers = 2;
    auto started = Server::start([this](const std::string&) {
      return [this](const Request& request) {
        const std::lock_guard lock(mutex);
        bodies.push_back(request.body);
        return told;
      };
    }, options);
    REQUIRE(started);
    server = *std::move(started);
  }
  void tell(int status, std::string body) {
    const std::lock_guard lock(mutex);
    told.status = status;
    told.body = std::move(body);
  }
  std::string url() const { return "http://" + server->address(); }
};

struct CosignedFixture : EngineFixture {
  SimulatedClock clock{Instant{1'700'000'000'000'000}};
  std::unique_ptr<Randomness> randomness = seeded_randomness(5);
  std::unique_ptr<Witness> witness;
  PublicKey key;

  CosignedFixture() {
    const WitnessOptions options{.folder = folder / "w", .env = nullptr};
    key = *Witness::create(options, "witness.example/w1", {engine->genesis().log_key}, *randomness);
    witness = *Witness::open(options, clock);
    REQUIRE(engine->checkpoint());
  }
  CosignerOptions options(const std::string& url) const {
    CosignerOptions made;
    made.policy = *parse_policy("log " + to_vkey(engine->genesis().log_key) + "\nwitness w " + to_vkey(key) + " " + url + "\nquorum w\n");
    made.interval_ms = 5;
    made.pause_max_ms = 10;
    return made;
  }
  std::unique_ptr<Server> serve() {
    ServerOptions how;
    how.listen = "127.0.0.1:0";
    how.workers = 2;
    return *Server::start([this](const std::string& address) { return witness_handler(*witness, address); }, how);
  }
};

// Until it holds; false when it does not within a time that only a broken build takes.
template <class Holds>
bool soon(Holds holds) {
  for (int i = 0; i < patience_ms; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

}  // namespace

TEST_CASE("cosigners: a witness's answer is kept with the checkpoint, and survives the next start") {
  CosignedFixture house;
  const auto server = house.serve();
  {
    const auto cosigners = Cosigners::start(*house.engine, house.options("http://" + server->address()));
    REQUIRE(cosigners);
    REQUIRE(soon([&] { return house.engine->cosigned_checkpoint().has_value(); }));
    house.open_case("k1");
    const std::uint64_t size = house.engine->ledger().head().size;
    REQUIRE(house.engine->checkpoint());
    REQUIRE(soon([&] { return (*cosigners)->witnesses()[0].size == size; }));
  }
  const auto note = parse_note(*house.engine->cosigned_checkpoint());
  REQUIRE(note);
  const auto checked = check_signatures(*note, {house.key, house.engine->genesis().log_key});
  REQUIRE(checked.size() == 2);
  for (const auto& one : checked) CHECK(one.state == SignatureState::holds);
  // After a restart it is not known which size the witness saw last; it says so, and is asked again from there.
  house.open_case("k2");
  REQUIRE(house.engine->checkpoint());
  const auto again = Cosigners::start(*house.engine, house.options("http://" + server->address()));
  CHECK(soon([&] { return (*again)->witnesses()[0].size == house.engine->ledger().head().size; }));
}

TEST_CASE("cosigners: what a witness answers is not believed without its signature, and each failure is told") {
  CosignedFixture house;
  ToldWitness strange;
  strange.tell(200, "");
  const auto cosigners = Cosigners::start(*house.engine, house.options(strange.url()));
  REQUIRE(cosigners);
  const SigningKey impostor("witness.example/w1", {}, 0x04);
  NoteSignature forged{.name = "witness.example/w1", .key_id = house.key.id(), .bytes = Bytes(72)};
  const std::tuple<int, std::string, const char*> answers[] = {
      {200, "hello\n", "a signature line of a note begins"}, {200, to_line(forged), "no signature of its key that holds"},
      {200, cosignature_line(parse_note(*house.engine->published_checkpoint())->text, impostor, 1), "no signature of its key that holds"},
      {200, std::string(200'000, 'x'), "too large"}, {409, "999999\n", "beyond this ledger's"}, {422, "", "cosigned another ledger"},
      {403, "", "does not know this log's key"}, {404, "", "does not know this log's key"}, {302, "", "status 302"}, {500, "", "status 500"}};
  for (const auto& [status, body, why] : answers) {
    CAPTURE(why);
    strange.tell(status, body);
    CHECK(soon([&, why = why] { return (*cosigners)->witnesses()[0].failure.find(why) != std::string::npos; }));
  }
  CHECK(!house.engine->cosigned_checkpoint());
  CHECK((*cosigners)->witnesses()[0].cosigned == 0);
}

TEST_CASE("cosigners: a witness that does not answer delays no append") {
  CosignedFixture house;
  auto options = house.options("http://127.0.0.1:9");   // nobody listens there
  const auto cosigners = Cosigners::start(*house.engine, options);
  REQUIRE(soon([&] { return (*cosigners)->witnesses()[0].failed > 1; }));
  house.open_case("k1");
  CHECK((*cosigners)->witnesses()[0].failure.find("no answer from") != std::string::npos);
}

TEST_CASE("cosigners: fewer than the policy wants are not kept as witnessed") {
  CosignedFixture house;
  const auto server = house.serve();
  auto options = house.options("http://" + server->address());
  const PublicKey other{.name = "witness.example/w2", .type = 0x04, .bytes = {}};
  options.policy = *parse_policy("witness w " + to_vkey(house.key) + " http://" + server->address() + "\nwitness v " + to_vkey(other) + "\ngroup both all w v\nquorum both\n");
  const auto cosigners = Cosigners::start(*house.engine, options);
  REQUIRE(cosigners);
  REQUIRE(soon([&] { return (*cosigners)->witnesses()[0].cosigned == 1; }));
  CHECK(!house.engine->cosigned_checkpoint());
}

TEST_CASE("engine: a cosigned checkpoint is kept only of this log and tree, and never an older one") {
  CosignedFixture house;
  const auto first = *house.engine->published_checkpoint();
  house.open_case("k1");
  const auto second = house.engine->checkpoint();
  REQUIRE(second);
  REQUIRE(house.engine->keep_cosigned(*second));
  CHECK(house.engine->keep_cosigned(first).error().code == Code::stale);
  const SigningKey stranger(house.engine->genesis().origin, {});
  CHECK(house.engine->keep_cosigned(sign_checkpoint({house.engine->genesis().origin, 5, Hash{}}, stranger)).error().code == Code::damaged);
  CHECK(house.engine->cosigned_checkpoint() == *second);
}

TEST_CASE("cosigners: when the log key has changed, a witness that was given the new one goes on cosigning") {
  CosignedFixture house;
  const auto server = house.serve();
  const auto rotated = house.engine->rotate_log_key({.actor = "jonna.lind", .role = "project_officer"}, {});
  REQUIRE_MESSAGE(rotated, rotated.error().message);
  const auto cosigners = Cosigners::start(*house.engine, house.options("http://" + server->address()));
  REQUIRE(cosigners);
  // The first checkpoint of a new key is signed by the old one too.
  const std::uint64_t first = house.engine->ledger().head().size;
  REQUIRE(soon([&] { return (*cosigners)->witnesses()[0].size == first; }));
  house.open_case("k1");
  REQUIRE(house.engine->checkpoint());
  // It does not know the key of this one: its operator is told which to add.
  REQUIRE(soon([&] { return (*cosigners)->witnesses()[0].failure.find(to_vkey(rotated->current().key)) != std::string::npos; }));
  CHECK(house.engine->log_keys().open(*house.engine->cosigned_checkpoint())->size == first);
  std::ofstream(house.folder / "w/logs", std::ios::app) << to_vkey(rotated->current().key) << "\n";
  REQUIRE(house.witness->reload_logs());
  const std::uint64_t size = house.engine->ledger().head().size;
  CHECK(soon([&] { return house.engine->log_keys().open(*house.engine->cosigned_checkpoint())->size == size; }));
}
