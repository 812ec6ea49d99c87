#include <doctest/doctest.h>

#include "engine/ledger/proof_file.h"
#include "tests/engine/ledger/worked_example.h"
#include "tests/tools/desk.h"

using namespace acta;
using namespace acta::test;

namespace {

const std::vector<Hash>& five() {
  static const auto leaves = example::leaves(5);
  return leaves;
}

std::string base64(const Hash& hash) { return to_base64(view(hash)); }

Words with_hashes(Words words, const std::vector<Hash>& hashes) {
  for (const Hash& hash : hashes) words.push_back(base64(hash));
  return words;
}

std::vector<Hash> proof_of(std::uint64_t index) { return *inclusion_proof(index, 5, example::reader_of(five())); }

Words inclusion(const std::string& index, const std::string& size) {
  return with_hashes({"proof", "verify", "--index", index, "--size", size, "--leaf-hash", base64(five()[2]), "--root", base64(example::root_of(five()))}, proof_of(2));
}

Words consistency(const std::string& from, const std::string& to) {
  return with_hashes({"proof", "verify-consistency", "--from", from, "--to", to, "--from-root", base64(example::root_of(std::span(five()).first(3))), "--to-root", base64(example::root_of(five()))}, *consistency_proof(3, 5, example::reader_of(five())));
}

std::string note() { return std::string(example::log_signed) + example::witness_line; }

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// The worked example's files.
struct ExampleDesk : Desk {
  ExampleDesk() {
    write("p.tlog-proof", to_proof_file(2, proof_of(2), note()));
    write("entry", "event-2");
    write("note", note());
    write("one", std::string("log ") + example::vkey + "\nwitness w " + example::witness_vkey + "\nquorum w\n");
    PublicKey other{.name = "witness.example/w2", .type = 0x04, .bytes = {}};
    write("two", std::string("log ") + example::vkey + "\nwitness w " + example::witness_vkey + "\nwitness v " + to_vkey(other) + "\ngroup both all w v\nquorum both\n");
  }
};

}  // namespace

TEST_CASE("proof verify: the worked example holds, and at no other place or size") {
  const Desk desk;
  CHECK(desk.run(inclusion("2", "5")).exit == 0);
  for (const auto& [index, size] : {std::pair{"3", "5"}, {"2", "9"}, {"5", "5"}, {"2", "0"}, {"18446744073709551615", "18446744073709551615"}}) CHECK(desk.run(inclusion(index, size)).exit == 3);
  CHECK(desk.run({"--json", "proof", "verify", "--index", "0", "--size", "1", "--leaf-hash", base64(five()[0]), "--root", base64(five()[0])}).json()["verdict"] == "holds");
}

TEST_CASE("proof verify-consistency: the worked example holds, and for no other sizes") {
  const Desk desk;
  CHECK(desk.run(consistency("3", "5")).exit == 0);
  for (const auto& [from, to] : {std::pair{"2", "5"}, {"3", "9"}, {"5", "3"}, {"5", "5"}}) CHECK(desk.run(consistency(from, to)).exit == 3);
  CHECK(desk.run(consistency("0", "5")).exit == 2);
}

TEST_CASE("proof verify: what cannot be a proof is a mistake of the caller, and named") {
  const Desk desk;
  for (const char* number : {"-1", "18446744073709551616", "0x2", "02", "2 ", ""}) {
    CAPTURE(number);
    const auto refused = desk.run(inclusion(number, "5"));
    CHECK(refused.exit == 2);
    CHECK(holds(refused.err, "--index"));
  }
  Words words = inclusion("2", "5");
  words.back() += "=";
  CHECK(holds(desk.run(words).err, "HASH 3: not base64"));
  words = inclusion("2", "5");
  words.insert(words.end(), 62, words.back());
  const auto refused = desk.run(words);
  CHECK(refused.exit == 2);
  CHECK(holds(refused.err, "at most 64 hashes, not 65"));
}

TEST_CASE("proof verify-file: another log's proof is accepted, by entry and by leaf hash") {
  const ExampleDesk desk;
  const auto by_entry = desk.run({"proof", "verify-file", "p.tlog-proof", "--entry", "entry", "--key", example::vkey});
  CHECK_MESSAGE(by_entry.exit == 0, by_entry.err);
  CHECK(holds(by_entry.out, "entry 2 of 5 in acta.example/ledger"));
  CHECK(desk.run({"proof", "verify-file", "p.tlog-proof", "--leaf-hash", base64(five()[2]), "--key", example::vkey}).exit == 0);
  CHECK(desk.run({"proof", "verify-file", "p.tlog-proof", "--leaf-hash", base64(five()[3]), "--key", example::vkey}).exit == 3);
  CHECK(desk.run({"proof", "verify-file", "p.tlog-proof", "--key", example::vkey}).exit == 2);
  CHECK(desk.run({"proof", "verify-file", "p.tlog-proof", "--entry", "entry"}).exit == 2);
  CHECK(desk.run({"proof", "verify-file", "nothing", "--entry", "entry", "--key", example::vkey}).exit == 5);
}

TEST_CASE("proof verify-file: who signed decides, and how many witnesses the policy wants") {
  const ExampleDesk desk;
  const SigningKey stranger(example::origin, example::seed_from(9));
  CHECK(desk.run({"proof", "verify-file", "p.tlog-proof", "--entry", "entry", "--key", to_vkey(stranger.public_key())}).exit == 8);
  const auto cosigned = desk.run({"--json", "proof", "verify-file", "p.tlog-proof", "--entry", "entry", "--policy", "one"});
  CHECK(cosigned.exit == 0);
  CHECK(cosigned.json()["signatures"][1]["time"] == "2023-11-14T22:13:20.000000Z");
  const auto too_few = desk.run({"proof", "verify-file", "p.tlog-proof", "--entry", "entry", "--policy", "two"});
  CHECK(too_few.exit == 8);
  CHECK(holds(too_few.out, "fewer signed this checkpoint than the policy wants"));
  // A witness is no log: its signature alone does not vouch for a proof.
  std::string witnessed = note();
  witnessed.erase(witnessed.find("— acta"), std::string(example::log_signed).size() - std::string(example::log_signed).find("— acta"));
  desk.write("w.tlog-proof", to_proof_file(2, proof_of(2), witnessed));
  CHECK(desk.run({"proof", "verify-file", "w.tlog-proof", "--entry", "entry", "--policy", "one"}).exit == 8);
  desk.write("bad.tlog-proof", to_proof_file(2, proof_of(2), std::string(example::log_signed).replace(std::string(example::log_signed).find("kuL+BmCH"), 8, "kuL+BmCI")));
  CHECK(desk.run({"proof", "verify-file", "bad.tlog-proof", "--entry", "entry", "--key", example::vkey}).exit == 3);
}

TEST_CASE("proof verify-file: a file that is no proof is told by its line") {
  const ExampleDesk desk;
  std::string dos = desk.read("p.tlog-proof");
  for (std::size_t at = 0; (at = dos.find('\n', at)) != std::string::npos; at += 2) dos.replace(at, 1, "\r\n");
  desk.write("dos", dos);
  const auto refused = desk.run({"proof", "verify-file", "dos", "--entry", "entry", "--key", example::vkey});
  CHECK(refused.exit == 1);
  CHECK(holds(refused.err, "line 1 of the proof ends in a carriage return"));
  desk.write("cut", desk.read("p.tlog-proof").substr(0, desk.read("p.tlog-proof").size() - 1));
  CHECK(desk.run({"proof", "verify-file", "cut", "--entry", "entry", "--key", example::vkey}).exit == 1);
}

TEST_CASE("note verify: says for each line whether a key that is trusted signed it") {
  const ExampleDesk desk;
  const auto log = desk.run({"note", "verify", "note", "--key", example::vkey});
  CHECK(log.exit == 0);
  CHECK(holds(log.out, "  holds  acta.example/ledger 92e2fe06\n  unknown key  witness.example/w1 20324abe\n"));
  CHECK(holds(desk.run({"note", "verify", "note", "--key", example::vkey, "--key", example::witness_vkey}).out, "cosigned 2023-11-14T22:13:20.000000Z"));
  CHECK(desk.run({"note", "verify", "note"}).exit == 8);
  CHECK(desk.run({"note", "verify", "note", "--key", "nonsense"}).exit == 2);
  desk.write("altered", note().replace(note().find("\n5\n"), 3, "\n6\n"));
  CHECK(desk.run({"note", "verify", "altered", "--key", example::vkey}).exit == 3);
}
