#include <doctest/doctest.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>

#include <nlohmann/json.hpp>

#include "engine/witness/add_checkpoint.h"
#include "tests/engine/ledger/worked_example.h"
#include "tests/tools/desk.h"
#include "tools/acta/transport.h"

using namespace acta;
using namespace acta::test;

namespace {

// Any number of histories: a leaf is its index and the history it belongs to.
struct History {
  std::vector<Hash> leaves;
  void add(const std::string& name) { leaves.push_back(leaf_hash(bytes_of(name + "-" + std::to_string(leaves.size())))); }
  Checkpoint head() const { return {example::origin, leaves.size(), example::root_of(leaves)}; }
  std::string request(std::uint64_t from) const {
    static const SigningKey key(example::origin, example::seed_from(0));
    AddCheckpoint asked{.old_size = from, .proof = {}, .note = sign_checkpoint(head(), key)};
    if (from > 0 && from < leaves.size()) asked.proof = *consistency_proof(from, leaves.size(), example::reader_of(leaves));
    return to_body(asked);
  }
};

class ServedWitness : public Background {
 public:
  explicit ServedWitness(const Desk& desk, const std::string& name) : Background(desk, {"--json", "witness", "serve", "--folder", "w", "--listen", "127.0.0.1:0"}, name) {
    wait_for("\n");
    told = nlohmann::json::parse(out());
    url = "http://" + told["address"].get<std::string>();
  }
  nlohmann::json told;
  std::string url;
};

Result<Response> post(const std::string& url, const std::string& body) {
  auto to = acta::cli::socket_transport(url, "");
  REQUIRE(to);
  return (*to)->send({.method = "POST", .target = "/add-checkpoint", .headers = {{"Content-Type", "text/plain"}}, .body = body});
}

// False when it does not come to hold within a minute: only a broken build takes that long.
template <class Holds>
bool soon(Holds holds) {
  for (int i = 0; i < 60'000; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

void make_witness(const Desk& desk) {
  const auto made = desk.run({"--json", "witness", "init", "--folder", "w", "--name", "witness.example/w1", "--log", example::vkey});
  REQUIRE_MESSAGE(made.exit == 0, made.err);
}

}  // namespace

TEST_CASE("witness serve: the protocol's answers, each with its status") {
  const Desk desk;
  make_witness(desk);
  ServedWitness witness(desk, "served");
  History one, other;
  for (int i = 0; i < 3; ++i) one.add("a"), other.add("b");
  const SigningKey stranger("stranger.example/log", example::seed_from(9)), impostor(example::origin, example::seed_from(9));
  const auto status = [&](const std::string& body) { return post(witness.url, body)->status; };
  CHECK(status("nonsense") == 400);
  CHECK(status("old 0\n\n" + sign_checkpoint({"stranger.example/log", 3, one.head().root}, stranger)) == 404);
  CHECK(status("old 0\n\n" + sign_checkpoint(one.head(), impostor)) == 403);
  CHECK(status(one.request(4)) == 400);
  const auto cosigned = post(witness.url, one.request(0));
  REQUIRE(cosigned->status == 200);
  const auto lines = parse_signature_lines(cosigned->body);
  REQUIRE(lines);
  CHECK(lines->front().name == "witness.example/w1");
  const auto conflict = post(witness.url, one.request(0));
  CHECK(conflict->status == 409);
  CHECK(conflict->body == "3\n");
  CHECK(conflict->header("Content-Type") == "text/x.tlog.size");
  CHECK(status(other.request(3)) == 422);
  one.add("a");
  other.add("b");
  CHECK(status(other.request(3)) == 422);
  CHECK(status(one.request(3)) == 200);
  auto to = *acta::cli::socket_transport(witness.url, "");
  CHECK(to->send({.method = "GET", .target = "/add-checkpoint", .headers = {}, .body = {}})->status == 405);
  CHECK(to->send({.method = "GET", .target = "/v1/cases", .headers = {}, .body = {}})->status == 404);
  CHECK(to->send({.method = "GET", .target = "/livez", .headers = {}, .body = {}})->status == 200);
  CHECK(to->send({.method = "GET", .target = "/livez", .headers = {{"Host", "witness.example"}}, .body = {}})->status == 421);
  CHECK(witness.stop(SIGTERM).exit == 0);
}

TEST_CASE("witness serve: refuses any bind but loopback, and a memory it did not write") {
  const Desk desk;
  make_witness(desk);
  CHECK(desk.run({"witness", "serve", "--folder", "w", "--listen", "0.0.0.0:0"}).exit == 1);
  desk.write("w/witness.state", desk.read("w/witness.state") + " ");
  const auto refused = desk.run({"witness", "serve", "--folder", "w", "--listen", "127.0.0.1:0"});
  CHECK(refused.exit == 3);
  CHECK(refused.err.find("signs nothing any more") != std::string::npos);
  CHECK(desk.run({"witness", "serve", "--folder", "nowhere"}).exit == 5);
}

TEST_CASE("witness serve: killed at any moment, it never cosigns two ledgers or goes back") {
  const Desk desk;
  make_witness(desk);
  History history;                                 // what was cosigned
  std::map<std::uint64_t, Hash> cosigned;          // every size that was ever answered 200
  std::mutex mutex;
  for (int round = 0; round < 12; ++round) {
    const std::size_t before_round = history.leaves.size();
    ServedWitness witness(desk, "round-" + std::to_string(round));
    std::atomic<bool> killed = false;
    std::vector<std::thread> threads;
    const std::string mark = std::to_string(round);
    for (const char* name : {"a", "b", "c"})
      threads.emplace_back([&, name] {
        while (!killed) {
          History next;
          {
            const std::lock_guard lock(mutex);
            next = history;
          }
          const std::uint64_t from = next.leaves.size();
          next.add(name + mark);
          const auto answer = post(witness.url, next.request(from));
          if (!answer || answer->status != 200) continue;
          const std::lock_guard lock(mutex);
          const auto [at, fresh] = cosigned.emplace(next.leaves.size(), next.head().root);
          if (!fresh) CHECK(at->second == next.head().root);
          if (next.leaves.size() > history.leaves.size()) history = next;
        }
      });
    const auto cosigned_more = [&] {
      const std::lock_guard lock(mutex);
      return history.leaves.size() > before_round + static_cast<std::size_t>(round % 3);
    };
    CHECK(soon(cosigned_more));
    witness.stop(SIGKILL);
    killed = true;
    for (auto& thread : threads) thread.join();
    // What it recorded is what was answered, or one more whose answer was cut off: then that is the history.
    ServedWitness again(desk, "again-" + mark);
    const nlohmann::json size = again.told["logs"][0]["cosigned_size"];
    const std::uint64_t recorded = size.is_null() ? 0 : size.get<std::uint64_t>();
    REQUIRE(recorded >= history.leaves.size());
    REQUIRE(recorded <= history.leaves.size() + 1);
    if (recorded == history.leaves.size()) continue;
    int taken = 0;
    const History before = history;
    for (const char* name : {"a", "b", "c"}) {
      History next = before;
      next.add(name + mark);
      if (post(again.url, next.request(recorded))->status == 200) ++taken, history = next;
    }
    CHECK(taken == 1);
  }
}
