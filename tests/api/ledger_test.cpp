#include <doctest/doctest.h>

#include <filesystem>

#include "engine/ledger/tree.h"
#include "fixture.h"

using namespace acta;
using namespace acta::test;
using nlohmann::json;

namespace {

Checkpoint opened(const ApiFixture& api, const std::string& note) {
  const auto checkpoint = open_checkpoint(note, {api.engine->genesis().log_key});
  REQUIRE(checkpoint);
  return *checkpoint;
}

Hash hash_of(const json& base64) {
  const auto bytes = from_base64(base64.get<std::string>());
  REQUIRE(bytes);
  Hash hash;
  REQUIRE(bytes->size() == hash.bytes.size());
  std::copy(bytes->begin(), bytes->end(), hash.bytes.begin());
  return hash;
}

}  // namespace

TEST_CASE("api: a checkpoint covers what was just committed") {
  ApiFixture api;
  api.open_case("k1");
  const auto response = api.get("/v1/ledger/checkpoint");
  REQUIRE(response.status == 200);
  CHECK(header_of(response, "Content-Type").starts_with("text/plain"));
  const auto checkpoint = opened(api, response.body);
  CHECK(checkpoint.size == api.engine->ledger().head().size);
  CHECK(checkpoint.root == api.engine->ledger().head().root);
}

TEST_CASE("api: a proof holds against the checkpoint it carries") {
  ApiFixture api;
  const auto recorded = api.open_case("k1");
  const auto response = api.get("/v1/ledger/proofs/" + std::to_string(recorded.first.value));
  REQUIRE(response.status == 200);
  const auto& text = response.body;
  CHECK(text.starts_with("c2sp.org/tlog-proof@v1\n"));
  const auto end_of_proof = text.find("\n\n");
  const auto checkpoint = opened(api, text.substr(end_of_proof + 2));
  std::vector<Hash> proof;
  auto at = text.find('\n', text.find("index ")) + 1;
  while (at < end_of_proof) {
    const auto end = text.find('\n', at);
    proof.push_back(hash_of(text.substr(at, end - at)));
    at = end + 1;
  }
  CHECK(inclusion_holds(recorded.first.value, checkpoint.size, *api.engine->ledger().leaf(recorded.first), proof, checkpoint.root));
}

TEST_CASE("api: there is no proof of what is not there") {
  const ApiFixture api;
  check_problem(api.get("/v1/ledger/proofs/1000000"), 404, "not_found");
  check_problem(api.get("/v1/ledger/proofs/first"), 404, "not_found");
}

TEST_CASE("api: two sizes of the ledger are shown to be one ledger") {
  ApiFixture api;
  const auto before = api.engine->ledger().head();
  api.open_case("k1");
  const auto body = json_of(api.get("/v1/ledger/consistency?from=" + std::to_string(before.size)));
  std::vector<Hash> proof;
  for (const auto& hash : body["proof"]) proof.push_back(hash_of(hash));
  CHECK(hash_of(body["from_root"]) == before.root);
  CHECK(consistency_holds(before.size, body["to"].get<std::uint64_t>(), before.root, api.engine->ledger().head().root, proof));
}

TEST_CASE("api: sizes that no ledger had are refused") {
  const ApiFixture api;
  check_problem(api.get("/v1/ledger/consistency"), 400, "malformed");
  check_problem(api.get("/v1/ledger/consistency?from=0"), 422, "invalid");
  check_problem(api.get("/v1/ledger/consistency?from=2&to=1"), 422, "invalid");
  check_problem(api.get("/v1/ledger/consistency?from=1&to=1000000"), 422, "invalid");
}

TEST_CASE("api: the log key is given as others' verifiers read it") {
  const ApiFixture api;
  auto text = api.get("/v1/ledger/key").body;
  REQUIRE(text.ends_with("\n"));
  text.pop_back();
  const auto key = parse_vkey(text);
  REQUIRE(key);
  CHECK(*key == api.engine->genesis().log_key);
}

TEST_CASE("api: a copy of the ledger is for this machine's command line alone") {
  const ApiFixture api;
  const json body = {{"folder", api.folder / "copy"}};
  check_problem(api.post("/v1/ledger/copies", body), 403, "denied");
  check_problem(api.post("/v1/ledger/copies", body, {{"Acta-Token", "guessed"}}), 403, "denied");
  CHECK_FALSE(std::filesystem::exists(api.folder / "copy"));
  const auto response = api.post("/v1/ledger/copies", body, {{"Acta-Token", "token-of-the-folder"}});
  REQUIRE_MESSAGE(response.status == 201, response.body);
  CHECK(std::filesystem::exists(api.folder / "copy/CURRENT"));
}

TEST_CASE("api: a copy goes to a fresh folder with an absolute path") {
  const ApiFixture api;
  const Headers token = {{"Acta-Token", "token-of-the-folder"}};
  for (const auto& body : {json{{"folder", "copy"}}, json{{"folder", "/tmp"}}, json{{"folder", 1}}, json::object(), json{{"folder", "/x"}, {"more", 1}}})
    check_problem(api.post("/v1/ledger/copies", body, token), 422, "invalid");
}

TEST_CASE("api: a clock that is trusted needs no confirmation") {
  const ApiFixture api;
  check_problem(api.post("/v1/clock/confirmations", json::object()), 409, "conflict");
}
