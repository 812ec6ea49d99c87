#include "engine/ledger/signer.h"

#include "tests/engine/files.h"
#include "tests/engine/ledger/told_ledger.h"

using namespace acta;

namespace {

Checkpoint head_in(const ToldLedger& told) {
  const Bytes note = content(told.head_file);
  const auto opened = open_checkpoint(text_view(note), {told.key->public_key()});
  REQUIRE(opened);
  return *opened;
}

Result<void> check_head(const ToldLedger& told) { return check_head_file(*rocksdb::Env::Default(), told.head_file, *told.ledger, told.key->public_key()); }

}  // namespace

TEST_CASE("signer: what it signs is what is committed, in the head file first, then in the ledger") {
  ToldLedger told;
  told.tell(3);
  const std::string note = told.sign();
  CHECK(head_in(told) == Checkpoint{.origin = std::string(told_origin), .size = told.size(), .root = told.ledger->head().root});
  CHECK(text_view(content(told.head_file)) == note);
  CHECK(told.ledger->stored_checkpoint() == note);
}

TEST_CASE("signer: a clean stop signs what came last") {
  ToldLedger told;
  { const Signer signer(*told.ledger, told.key, told.signing()); }
  told.tell(2);
  { const Signer signer(*told.ledger, told.key, told.signing()); }
  CHECK(head_in(told).size == told.size());
}

TEST_CASE("signer: a head file that cannot be written publishes nothing, and is told once") {
  ToldLedger told;
  std::vector<Code> failures;
  SignerOptions options = told.signing();
  options.head_file = told.scratch / "nowhere/head";
  options.on_failure = [&](const Error& why) { failures.push_back(why.code); };
  {
    Signer signer(*told.ledger, told.key, std::move(options));
    CHECK_FALSE(signer.sign_now());
    CHECK_FALSE(signer.published());
  }
  CHECK_FALSE(told.ledger->stored_checkpoint());
  CHECK(failures.size() == 1);
}

TEST_CASE("signer: nothing is signed that contradicts what was signed before") {
  ToldLedger told;
  told.tell(3);
  const std::string honest = told.sign();
  const Position newest{told.size() - 1};
  told.stop_unsigned();
  told.raw().flip(Family::leaves, position_key(newest), 0);
  told.open();
  told.append(Kind::event, 50);
  CHECK(Signer(*told.ledger, told.key, told.signing()).sign_now().error().code == Code::damaged);
  CHECK(text_view(content(told.head_file)) == honest);
}

TEST_CASE("signer: a size below the one signed before is never signed") {
  ToldLedger told;
  told.tell(3);
  const std::string honest = told.sign();
  RightEdge shorter;
  for (std::uint64_t at = 0; at + 2 < told.size(); ++at) shorter.append(*told.ledger->leaf(Position{at}));
  told.stop_unsigned();
  told.raw().put(Family::meta, view(tree_key), encode(shorter));
  told.open();
  CHECK(Signer(*told.ledger, told.key, told.signing()).sign_now().error().code == Code::rolled_back);
  CHECK(text_view(content(told.head_file)) == honest);
}

TEST_CASE("head file: the ledger may be longer than it, never shorter, never another") {
  ToldLedger told;
  told.tell(3);
  told.sign();
  CHECK(check_head(told));
  told.tell(2);
  CHECK(check_head(told));

  const SigningKey& key = *told.key;
  const auto put_head = [&](const Checkpoint& head, const SigningKey& with) { write(told.head_file, view(std::string_view(sign_checkpoint(head, with)))); };
  const Head real = told.ledger->head();
  put_head({.origin = std::string(told_origin), .size = real.size + 1, .root = real.root}, key);
  CHECK(check_head(told).error().code == Code::rolled_back);
  Hash other = real.root;
  other.bytes[0] ^= 1;
  put_head({.origin = std::string(told_origin), .size = real.size, .root = other}, key);
  CHECK(check_head(told).error().code == Code::rolled_back);
  put_head({.origin = std::string(told_origin), .size = real.size - 1, .root = other}, key);
  CHECK(check_head(told).error().code == Code::rolled_back);
  put_head({.origin = std::string(told_origin), .size = real.size, .root = real.root}, *told_key(9));
  CHECK(check_head(told).error().code == Code::damaged);
  write(told.head_file, view(std::string_view("hello\n")));
  CHECK(check_head(told).error().code == Code::damaged);
}

TEST_CASE("head file: once something was signed, a missing one refuses the start") {
  ToldLedger told;
  CHECK(check_head(told));
  told.sign();
  std::filesystem::remove(told.head_file);
  CHECK(check_head(told).error().code == Code::rolled_back);
}
