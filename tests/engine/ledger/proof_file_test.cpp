#include "engine/ledger/proof_file.h"

#include "tests/engine/ledger/worked_example.h"

using namespace acta;

namespace {

std::string example_note() { return std::string(example::log_signed) + example::witness_line; }

std::string example_file() {
  const auto leaves = example::leaves(5);
  const auto proof = inclusion_proof(2, 5, example::reader_of(leaves));
  REQUIRE(proof);
  return to_proof_file(2, *proof, example_note());
}

std::string hash_line() { return to_base64(Bytes(32, 7)) + "\n"; }

}  // namespace

TEST_CASE("proof file: the worked example is read back, and its proof holds") {
  const auto read = parse_proof_file(example_file());
  REQUIRE(read);
  CHECK(read->index == 2);
  CHECK(read->hashes.size() == 3);
  CHECK(read->note == example_note());
  const auto leaves = example::leaves(5);
  CHECK(inclusion_holds(read->index, 5, leaves[2], read->hashes, example::root_of(leaves)));
}

TEST_CASE("proof file: what another application adds as `extra` is read over") {
  std::string text = example_file();
  text.insert(text.find("index"), "extra AAEC\n");
  REQUIRE(parse_proof_file(text));
  CHECK(parse_proof_file(text)->index == 2);
}

TEST_CASE("proof file: what is wrong is refused with its line") {
  struct Wrong {
    std::string text, line;
  };
  const std::string head = "c2sp.org/tlog-proof@v1\n";
  std::string many = head + "index 2\n";
  for (std::size_t i = 0; i <= proof_hashes_max; ++i) many += hash_line();
  for (const Wrong& wrong : {Wrong{"", "line 1"}, Wrong{"c2sp.org/tlog-proof@v1", "line 1"}, Wrong{"c2sp.org/tlog-proof@v2\nindex 2\n\n", "line 1"}, Wrong{"c2sp.org/tlog-proof@v1\r\nindex 2\r\n\r\n", "line 1"},
                             Wrong{head, "line 2"}, Wrong{head + "index\n\n", "line 2"}, Wrong{head + "index 02\n\n", "line 2"}, Wrong{head + "index -2\n\n", "line 2"}, Wrong{head + "index 18446744073709551616\n\n", "line 2"},
                             Wrong{head + "extra !\nindex 2\n\n", "line 2"}, Wrong{head + "extra AAEC\nextra AAEC\n", "line 3"}, Wrong{head + "index 2\nAAEC\n\n", "line 3"}, Wrong{head + "index 2\n" + hash_line().substr(1), "line 3"},
                             Wrong{head + "index 2\n" + hash_line(), "line 4"}, Wrong{many + "\n", "line 67"}}) {
    CAPTURE(wrong.text);
    const auto read = parse_proof_file(wrong.text);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Code::malformed);
    CHECK(read.error().message.starts_with(wrong.line + " "));
  }
}

TEST_CASE("note: each signature line is told apart, and when a witness signed") {
  const auto log = parse_vkey(example::vkey), witness = parse_vkey(example::witness_vkey);
  REQUIRE((log && witness));
  const auto note = parse_note(example_note());
  REQUIRE(note);
  const auto both = check_signatures(*note, {*log, *witness});
  REQUIRE(both.size() == 2);
  CHECK(both[0].state == SignatureState::holds);
  CHECK_FALSE(both[0].time);
  CHECK(both[1].state == SignatureState::holds);
  CHECK(both[1].time == 1'700'000'000);
  CHECK(check_signatures(*note, {*log})[1].state == SignatureState::unknown_key);
  Note altered = *note;
  altered.signatures[1].bytes[7] ^= 1;  // the last byte of its time
  const auto later = check_signatures(altered, {*log, *witness});
  CHECK(later[1].state == SignatureState::fails);
  CHECK_FALSE(later[1].time);
}

TEST_CASE("note: lines that another log adds below the root are read over, an empty one is not") {
  const std::string three = "other.example\n5\n" + to_base64(Bytes(32, 7)) + "\n";
  CHECK(parse_extended_checkpoint(three + "an extension\n"));
  CHECK_FALSE(parse_checkpoint(three + "an extension\n"));
  CHECK_FALSE(parse_extended_checkpoint(three + "\nan extension\n"));
}
