#include "engine/ledger/proof_file.h"
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

TEST_CASE("note: what is signed is the text with its last newline, and nothing else") {
  const SigningKey key(example::origin, example::seed_from(0));
  CHECK(to_text(five()) == "acta.example/ledger\n5\nC3TUMA55gFbNSHKLT7AenxWtPgp5UPvFiXT/Z1MnHSQ=\n");
  Bytes line;
  put_be32(line, 0x92e2fe06);
  put(line, ByteView(key.sign(to_text(five()))));
  CHECK(sign_checkpoint(five(), key) == to_text(five()) + "\n\xE2\x80\x94 acta.example/ledger " + to_base64(line) + "\n");
  CHECK(to_hex(key.public_key().bytes) == "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8");
  CHECK(key.public_key().id() == 0x92e2fe06);
}

TEST_CASE("note: what is no signed note is refused as malformed") {
  const std::vector known = {key_of(example::vkey)};
  const std::string signature = with(example::log_signed, "acta.example/ledger\n5\nC3TUMA55gFbNSHKLT7AenxWtPgp5UPvFiXT/Z1MnHSQ=\n\n", "");
  const std::string text = to_text(five());
  const std::vector<std::string> notes = {"", "\n", "\n\n", text, text + "\n", text + signature, text + "\nno dash\n", text + "\n\xE2\x80\x94 name\n", text + "\n\xE2\x80\x94  AAAAAAA=\n", text + "\n\xE2\x80\x94 name !!!!\n", text + "\n\xE2\x80\x94 name AAAAAA==\n", text + "\n\xE2\x80\x94 na+me AAAAAAA=\n", text + "\n" + signature.substr(0, signature.size() - 1), text + "\n" + signature + "trailing\n", text + "\n-" + signature.substr(3)};
  for (const std::string& note : notes) {
    CAPTURE(note);
    CHECK(open_checkpoint(note, known).error().code == Code::malformed);
  }
}

TEST_CASE("note: up to 16 signatures are read, one more is refused") {
  const std::vector known = {key_of(example::vkey)};
  std::string note = example::log_signed;
  for (int i = 1; i < 16; ++i) note += example::witness_line;
  CHECK(open_checkpoint(note, known));
  CHECK(open_checkpoint(note + example::witness_line, known).error().code == Code::malformed);
}

TEST_CASE("note: a checkpoint is three lines, each written in one way only") {
  const std::string root = "C3TUMA55gFbNSHKLT7AenxWtPgp5UPvFiXT/Z1MnHSQ=";
  CHECK(*parse_checkpoint("a\n0\n" + root + "\n") == Checkpoint{.origin = "a", .size = 0, .root = five().root});
  CHECK(parse_checkpoint("a\n18446744073709551615\n" + root + "\n")->size == UINT64_MAX);
  for (const std::string size : {"", "05", "-5", "+5", " 5", "5 ", "0x5", "5.0", "18446744073709551616"}) {
    CAPTURE(size);
    CHECK(parse_checkpoint("a\n" + size + "\n" + root + "\n").error().code == Code::malformed);
  }
  for (const std::string& text : {"\n5\n" + root + "\n", "a\n5\n" + root, "a\n5\n" + root + "\nan extension\n", "a\n5\n" + root + "\n\n", std::string("a\n5\n"), std::string("a\n"), std::string()}) {
    CAPTURE(text);
    CHECK(parse_checkpoint(text).error().code == Code::malformed);
  }
}

TEST_CASE("note: a root that is not 32 bytes in plain base64 is refused") {
  for (const std::size_t bytes : {0u, 31u, 33u, 64u}) CHECK(parse_checkpoint("a\n5\n" + to_base64(Bytes(bytes, 7)) + "\n").error().code == Code::malformed);
  CHECK(parse_checkpoint("a\n5\n" + to_base64(Bytes(32, 7)) + "\n"));
  for (const std::string_view root : {"C3TUMA55gFbNSHKLT7AenxWtPgp5UPvFiXT/Z1MnHSQ", "C3TUMA55gFbNSHKLT7AenxWtPgp5UPvFiXT_Z1MnHSQ=", "C3TUMA55gFbNSHKLT7AenxWtPgp5UPvFiXT/Z1MnHSR="}) CHECK(parse_checkpoint("a\n5\n" + std::string(root) + "\n").error().code == Code::malformed);
}

TEST_CASE("note: a signature holds for the key named, not for another of the same name or the same bytes") {
  const SigningKey same_name(example::origin, example::seed_from(1)), same_bytes("acta.example/other", example::seed_from(0));
  CHECK(open_checkpoint(example::log_signed, {same_name.public_key()}).error().code == Code::damaged);
  CHECK(open_checkpoint(example::log_signed, {same_bytes.public_key()}).error().code == Code::damaged);
  PublicKey as_witness = key_of(example::vkey);
  as_witness.type = 0x04;
  CHECK(open_checkpoint(example::log_signed, {as_witness}).error().code == Code::damaged);
}

TEST_CASE("note: a key is one way of writing it, its id included") {
  CHECK(to_vkey(key_of(example::witness_vkey)) == example::witness_vkey);
  CHECK(key_of(example::witness_vkey).type == 0x04);
  const std::string unknown_type = "name+" + [] {
    Bytes id;
    put_be32(id, PublicKey{.name = "name", .type = 0x02, .bytes = {}}.id());
    return to_hex(id);
  }() + "+" + to_base64(Bytes{0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  const std::vector<std::string> texts = {"", "a+b", "+92e2fe06+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", with(example::vkey, "92e2fe06", "92e2fe07"), with(example::vkey, "92e2fe06", "92E2FE06"), with(example::vkey, "ledger+", "ledgex+"), with(example::vkey, "AQOh", "BAOh"), "acta.example/ledger+92e2fe06+AQOh", std::string(example::vkey) + "AAAA", with(example::vkey, "example/", "example "), unknown_type};
  for (const std::string& text : texts) {
    CAPTURE(text);
    CHECK(parse_vkey(text).error().code == Code::malformed);
  }
}

TEST_CASE("note: the proof file of the worked example, to the byte") {
  const auto leaves = example::leaves(5);
  const auto proof = inclusion_proof(2, 5, example::reader_of(leaves));
  REQUIRE(proof);
  const std::string note = std::string(example::log_signed) + example::witness_line;
  CHECK(to_proof_file(2, *proof, note) ==
        "c2sp.org/tlog-proof@v1\nindex 2\nXz5pjPk3YirKfGvyc+8hdgkuwzwWLcyuOd+HAWJdGJ8=\nP9HVoFmrFxo0X5kSyDwt2LeTO06VDmdJvIPbsfQ8y94=\nrjI5dK4fR82yRuuDuHBjZtQ8ZK0Pr0gMeerLnPSn6Kc=\n\n" + note);
}
