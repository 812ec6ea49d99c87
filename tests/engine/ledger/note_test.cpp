#include "tests/engine/ledger/worked_example.h"

using namespace acta;

namespace {

PublicKey key_of(std::string_view text) {
  const auto key = parse_vkey(text);
  REQUIRE(key);
  return *key;
}

Checkpoint five() {
  const auto leaves = example::leaves(5);
  return {.origin = example::origin, .size = 5, .root = example::root_of(leaves)};
}

std::string with(std::string text, std::string_view what, std::string_view by) {
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

}  // namespace

TEST_CASE("note: the checkpoint of the worked example, signed to the byte") {
  const SigningKey key(example::origin, example::seed_from(0));
  CHECK(to_vkey(key.public_key()) == example::vkey);
  CHECK(sign_checkpoint(five(), key) == example::log_signed);
  CHECK(key_of(example::vkey) == key.public_key());
}

TEST_CASE("note: log and witness may both sign, strangers are passed over") {
  const std::string both = std::string(example::log_signed) + example::witness_line;
  for (const auto& known : {std::vector{key_of(example::vkey)}, std::vector{key_of(example::witness_vkey)}, std::vector{key_of(example::vkey), key_of(example::witness_vkey)}}) {
    const auto opened = open_checkpoint(both, known);
    REQUIRE(opened);
    CHECK(*opened == five());
  }
  CHECK_FALSE(open_checkpoint(example::log_signed, {key_of(example::witness_vkey)}));
  CHECK_FALSE(open_checkpoint(both, {}));
}

TEST_CASE("note: a known signature that fails is refused, whoever else signed") {
  const std::string both = std::string(example::log_signed) + example::witness_line;
  const std::vector known = {key_of(example::vkey), key_of(example::witness_vkey)};
  for (const std::string& altered : {with(both, "\n5\n", "\n4\n"), with(both, "C3TU", "C3TV"), with(both, "kuL+BmCH", "kuL+BmCI"), with(both, "IDJKvgAAAABlU/EA", "IDJKvgAAAABlU/EB")}) {
    CAPTURE(altered);
    CHECK(open_checkpoint(altered, known).error().code == Code::damaged);
  }
}

TEST_CASE("note: what is no note, or no checkpoint of three lines, is refused") {
  const std::vector known = {key_of(example::vkey)};
  for (const std::string_view text : {"", "\n", "a\n5\nb\n", "a\n5\n\n", "a\n5\nC3TU\n\nno dash\n", "a\n5\nC3TU\n\n— name\n", "a\n5\nC3TU\n\n— name !!!!\n"}) {
    CAPTURE(text);
    CHECK_FALSE(open_checkpoint(text, known));
  }
  for (const std::string_view text : {"a\n05\nC3TUMA55gFbNSHKLT7AenxWtPgp5UPvFiXT/Z1MnHSQ=\n", "a\n-5\nC3TUMA55gFbNSHKLT7AenxWtPgp5UPvFiXT/Z1MnHSQ=\n", "a\n5\nC3TU\n", "a\n5\nC3TUMA55gFbNSHKLT7AenxWtPgp5UPvFiXT/Z1MnHSQ=\nmore\n", "\n5\nC3TUMA55gFbNSHKLT7AenxWtPgp5UPvFiXT/Z1MnHSQ=\n"}) CHECK_FALSE(parse_checkpoint(text));
  std::string many = std::string(example::log_signed).substr(0, std::string_view(example::log_signed).find("— "));
  for (int i = 0; i < 17; ++i) many += example::witness_line;
  CHECK_FALSE(open_checkpoint(many, {key_of(example::witness_vkey)}));
}

TEST_CASE("note: a key is one way of writing it, its id included") {
  for (const std::string_view text : {"", "a+b", "acta.example/ledger+92e2fe07+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", "acta.example/ledgex+92e2fe06+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", "acta.example/ledger+92e2fe06+AQOh"}) CHECK_FALSE(parse_vkey(text));
}

TEST_CASE("note: the proof file of the worked example, to the byte") {
  const auto leaves = example::leaves(5);
  const auto proof = inclusion_proof(2, 5, example::reader_of(leaves));
  REQUIRE(proof);
  const std::string note = std::string(example::log_signed) + example::witness_line;
  CHECK(to_proof_file(2, *proof, note) ==
        "c2sp.org/tlog-proof@v1\nindex 2\nXz5pjPk3YirKfGvyc+8hdgkuwzwWLcyuOd+HAWJdGJ8=\nP9HVoFmrFxo0X5kSyDwt2LeTO06VDmdJvIPbsfQ8y94=\nrjI5dK4fR82yRuuDuHBjZtQ8ZK0Pr0gMeerLnPSn6Kc=\n\n" + note);
}
