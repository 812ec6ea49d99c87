#include <doctest/doctest.h>

#include "engine/ledger/tree.h"
#include "fixture.h"

using namespace acta;
using namespace acta::test;

namespace {

// What a stranger makes of a bundle: a leaf hash for each entry in it.
std::vector<Hash> leaves_in(const std::string& bundle) {
  std::vector<Hash> leaves;
  ByteReader read(view(bundle));
  while (!read.done()) {
    const ByteView entry = read.take(read.be16());
    REQUIRE(read.ok());
    leaves.push_back(leaf_hash(entry));
  }
  return leaves;
}

std::string joined(const std::vector<Hash>& hashes) {
  std::string bytes;
  for (const Hash& hash : hashes) bytes += text_view(view(hash));
  return bytes;
}

}  // namespace

TEST_CASE("api: bundle, tile and checkpoint fit together for somebody who trusts none of them") {
  ApiFixture api;
  for (int i = 0; i < 3; ++i) api.open_case("k" + std::to_string(i));
  const auto note = open_checkpoint(api.get("/v1/ledger/checkpoint").body, {api.engine->genesis().log_key});
  REQUIRE(note);
  const std::string width = std::to_string(note->size);
  const auto bundle = api.get("/v1/ledger/tile/entries/000.p/" + width);
  REQUIRE(bundle.status == 200);
  CHECK(header_of(bundle, "Content-Type") == "application/octet-stream");
  CHECK(header_of(bundle, "Cache-Control") == "public, max-age=31536000, immutable");
  const std::vector<Hash> leaves = leaves_in(bundle.body);
  CHECK(leaves.size() == note->size);
  CHECK(api.get("/v1/ledger/tile/0/000.p/" + width).body == joined(leaves));
  RightEdge edge;
  for (const Hash& leaf : leaves) edge.append(leaf);
  CHECK(edge.root() == note->root);
}

TEST_CASE("api: a tile beyond the signed ledger, or under another name, is not found") {
  ApiFixture api;
  const auto note = open_checkpoint(api.get("/v1/ledger/checkpoint").body, {api.engine->genesis().log_key});
  REQUIRE(note);
  const std::string beyond = "0/000.p/" + std::to_string(note->size + 1);
  for (const std::string_view path : {std::string_view("0/000"), std::string_view(beyond), std::string_view("1/000.p/1"), std::string_view("0/x000/000.p/1"), std::string_view("entries/0"), std::string_view("data/000"), std::string_view("0/000.p/0"), std::string_view("99/000")}) {
    CAPTURE(path);
    check_problem(api.get("/v1/ledger/tile/" + std::string(path)), 404, "not_found");
  }
}

TEST_CASE("api: what is needed to check is given to anybody, and nothing else below /v1") {
  ApiFixture api;
  const Caller nobody{.actor = {}, .role = {}};
  const auto note = open_checkpoint(api.get("/v1/ledger/checkpoint", {}, nobody).body, {api.engine->genesis().log_key});
  REQUIRE(note);
  for (const std::string& path : {"tile/entries/000.p/" + std::to_string(note->size), std::string("proofs/1"), std::string("consistency?from=1"), std::string("key")}) {
    CAPTURE(path);
    CHECK(api.get("/v1/ledger/" + path, {}, nobody).status == 200);
  }
  for (const char* path : {"/v1/events", "/v1/cases", "/v1/schemas/0/x"}) check_problem(api.get(path, {}, nobody), 401, "no_actor");
  check_problem(api.post("/v1/ledger/copies", nlohmann::json::object(), {}, nobody), 401, "no_actor");
}

TEST_CASE("api: a partial tile is given as some published checkpoint has it, and as no other") {
  ApiFixture api;
  const auto size_now = [&] { return open_checkpoint(api.get("/v1/ledger/checkpoint").body, {api.engine->genesis().log_key})->size; };
  const std::uint64_t before = size_now();
  for (int i = 0; i < 3; ++i) api.open_case("k" + std::to_string(i));
  const std::uint64_t after = size_now();
  REQUIRE(after > before + 1);
  for (const std::string level : {"0", "entries"}) {
    CHECK(api.get("/v1/ledger/tile/" + level + "/000.p/" + std::to_string(before)).status == 200);
    CHECK(api.get("/v1/ledger/tile/" + level + "/000.p/" + std::to_string(after)).status == 200);
    check_problem(api.get("/v1/ledger/tile/" + level + "/000.p/1"), 404, "not_found");
  }
}
