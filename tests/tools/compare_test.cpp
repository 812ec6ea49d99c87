#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "engine/ledger/tree.h"
#include "tests/engine/ledger/worked_example.h"
#include "tests/tools/desk.h"

using namespace acta;
using namespace acta::test;

namespace {

std::string base64(const Hash& hash) { return to_base64(view(hash)); }
bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::vector<Hash> leaves_with(std::uint64_t count, std::string_view second) {
  auto made = example::leaves(count);
  made[1] = leaf_hash(view(second));
  return made;
}

struct Log {
  SigningKey key{example::origin, example::seed_from(0)};
  std::string head(const std::vector<Hash>& leaves) const { return sign_checkpoint({example::origin, leaves.size(), example::root_of(leaves)}, key); }
};

nlohmann::json claim(const std::vector<Hash>& leaves, std::uint64_t from) {
  nlohmann::json hashes = nlohmann::json::array();
  const std::vector<Hash> proof = *consistency_proof(from, leaves.size(), example::reader_of(leaves));
  for (const Hash& hash : proof) hashes.push_back(base64(hash));
  return {{"from", from}, {"to", leaves.size()}, {"from_root", base64(example::root_of(std::span(leaves).first(from)))}, {"to_root", base64(example::root_of(leaves))}, {"proof", hashes}};
}

// Heads of one ledger (3, 4, 5) and of another that begins otherwise (other-5), with the proofs their owner gives.
struct CompareDesk : Desk {
  CompareDesk() {
    const Log log;
    const auto other = leaves_with(5, "another event-1");
    for (const std::uint64_t size : {3u, 4u, 5u}) write("at-" + std::to_string(size), log.head(example::leaves(size)));
    write("other-5", log.head(other));
    for (const std::uint64_t from : {3u, 4u}) {
      write("proof-" + std::to_string(from), claim(example::leaves(5), from).dump());
      write("other-proof-" + std::to_string(from), claim(other, from).dump());
    }
    std::string lines;
    const auto three = claim(example::leaves(5), 3);
    for (const auto& hash : three["proof"]) lines += hash.get<std::string>() + "\n";
    write("lines-3", lines);
  }
  Outcome compare(const std::string& a, const std::string& b, const Words& more = {}) const {
    Words words{"checkpoint", "compare", a, b, "--key", example::vkey};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
};

}  // namespace

TEST_CASE("checkpoint compare: one size and two roots is a split view, with both signatures as evidence") {
  const CompareDesk desk;
  const auto split = desk.compare("at-5", "other-5");
  CHECK(split.exit == 9);
  CHECK(holds(split.out, "SPLIT VIEW: acta.example/ledger signed two different ledgers of size 5"));
  CHECK(holds(split.out, "at-5: size 5, root " + base64(example::root_of(example::leaves(5))) + "\n  holds  acta.example/ledger 92e2fe06\nother-5: size 5"));
  CHECK(desk.run({"--json", "checkpoint", "compare", "at-5", "other-5", "--key", example::vkey}).json()["verdict"] == "split_view");
  const auto same = desk.compare("at-5", "at-5");
  CHECK(same.exit == 0);
  CHECK(holds(same.out, "The same head"));
}

TEST_CASE("checkpoint compare: two sizes need a proof, as JSON or as lines, in whatever order they are given") {
  const CompareDesk desk;
  const auto none = desk.compare("at-3", "at-5");
  CHECK(none.exit == 7);
  CHECK(holds(none.out, "NOT PROVABLE: whether both can be true takes a consistency proof between sizes 3 and 5: give"));
  for (const char* proof : {"proof-3", "lines-3"}) {
    const auto compared = desk.compare("at-3", "at-5", {"--proof", proof});
    CHECK_MESSAGE(compared.exit == 0, compared.out, compared.err);
    CHECK(desk.compare("at-5", "at-3", {"--proof", proof}).exit == 0);
  }
  CHECK(desk.compare("at-4", "at-5", {"--proof", "proof-4"}).exit == 0);
  CHECK(desk.compare("at-4", "at-5", {"--proof", "proof-3"}).exit == 7);
  desk.write("damaged", "no hash\n");
  CHECK(holds(desk.compare("at-3", "at-5", {"--proof", "damaged"}).err, "line 1 of the proof"));
}

TEST_CASE("checkpoint compare: a fork is shown by the later ledger's own proof, and by nothing less") {
  const CompareDesk desk;
  for (const char* from : {"3", "4"}) {
    CAPTURE(from);
    const auto forked = desk.compare("at-" + std::string(from), "other-5", {"--proof", "other-proof-" + std::string(from)});
    CHECK(forked.exit == 9);
    CHECK(holds(forked.out, "FORKED: acta.example/ledger signed a ledger of size 5 that begins otherwise"));
    // A proof of another tree shows nothing of this one: whoever makes it up must not be believed.
    CHECK(desk.compare("at-" + std::string(from), "other-5", {"--proof", "proof-" + std::string(from)}).exit == 7);
  }
}

TEST_CASE("checkpoint compare: what a trusted log did not sign in its own name shows nothing") {
  const CompareDesk desk;
  const SigningKey stranger("stranger.example/log", example::seed_from(9));
  desk.write("borrowed", sign_checkpoint({example::origin, 5, example::root_of(leaves_with(5, "x"))}, stranger));
  CHECK(desk.compare("at-5", "borrowed").exit == 8);
  CHECK(desk.compare("at-5", "borrowed", {"--key", to_vkey(stranger.public_key())}).exit == 8);
  std::string altered = desk.read("at-5");
  desk.write("altered", altered.replace(altered.find("\n5\n"), 3, "\n4\n"));
  CHECK(desk.compare("at-4", "altered").exit == 3);
  desk.write("elsewhere", sign_checkpoint({"stranger.example/log", 5, example::root_of(example::leaves(5))}, stranger));
  CHECK(holds(desk.compare("at-5", "elsewhere").err, "two logs"));
  CHECK(desk.run({"checkpoint", "compare", "at-5", "at-5"}).exit == 2);
  CHECK(desk.compare("-", "-").exit == 2);
}

TEST_CASE("checkpoint compare: the ledger itself is asked when it is at hand") {
  Desk desk;
  desk.init();
  const auto vkey = [&] { return desk.run({"--json", "verify"}).json()["key"].get<std::string>(); }();
  desk.write("early", desk.run({"checkpoint"}).out);
  desk.open_case();
  desk.write("late", desk.run({"checkpoint"}).out);
  const auto asked = desk.run({"checkpoint", "compare", "early", "late", "--key", vkey});
  CHECK_MESSAGE(asked.exit == 0, asked.out, asked.err);
  CHECK(holds(asked.out, "Consistent: "));
}
