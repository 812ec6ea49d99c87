#include "engine/ledger/policy.h"

#include "tests/engine/ledger/worked_example.h"

using namespace acta;

namespace {

PublicKey witness_key(std::uint8_t number) {
  PublicKey key{.name = "witness.example/w" + std::to_string(number), .type = 0x04, .bytes = {}};
  key.bytes[0] = number;
  return key;
}

std::string witness_line(std::uint8_t number) { return "witness w" + std::to_string(number) + " " + to_vkey(witness_key(number)) + "\n"; }

std::string three_witnesses() { return "# whom we trust\n\nlog " + std::string(example::vkey) + " https://log.example\n" + witness_line(1) + witness_line(2) + witness_line(3); }

std::vector<CheckedSignature> signed_by(const std::vector<std::uint8_t>& numbers) {
  std::vector<CheckedSignature> checked;
  for (const std::uint8_t number : numbers) checked.push_back({.name = witness_key(number).name, .key_id = witness_key(number).id(), .state = SignatureState::holds, .time = {}});
  return checked;
}

Policy policy_of(const std::string& text) {
  const auto policy = parse_policy(text);
  REQUIRE_MESSAGE(policy, text);
  return *policy;
}

}  // namespace

TEST_CASE("policy: two of three witnesses are enough, one is not, and a false one does not count") {
  const Policy policy = policy_of(three_witnesses() + "group two 2 w1 w2 w3\nquorum two\n");
  CHECK(policy.logs.size() == 1);
  CHECK(policy.keys().size() == 4);
  CHECK(quorum_met(policy, signed_by({1, 3})));
  CHECK(quorum_met(policy, signed_by({1, 2, 3})));
  CHECK_FALSE(quorum_met(policy, signed_by({2})));
  CHECK_FALSE(quorum_met(policy, signed_by({2, 2})));
  auto one_false = signed_by({1, 2});
  one_false[1].state = SignatureState::fails;
  CHECK_FALSE(quorum_met(policy, one_false));
}

TEST_CASE("policy: groups of groups, any, all, none and a single witness") {
  const std::string nested = three_witnesses() + "group near any w1 w2\ngroup both all near w3\nquorum both\n";
  CHECK(quorum_met(policy_of(nested), signed_by({2, 3})));
  CHECK_FALSE(quorum_met(policy_of(nested), signed_by({1, 2})));
  CHECK(quorum_met(policy_of(three_witnesses() + "quorum none\n"), {}));
  CHECK(quorum_met(policy_of(three_witnesses() + "quorum w2\n"), signed_by({2})));
  CHECK_FALSE(quorum_met(policy_of(three_witnesses() + "quorum w2\n"), signed_by({1})));
}

TEST_CASE("policy: what is wrong is refused with its line") {
  const std::string good = three_witnesses();
  for (const std::string& added : {std::string("group g 1 w9\n"), std::string("group g 4 w1 w2 w3\n"), std::string("group g 0 w1\n"), std::string("group g 2 w1 w1\n"), std::string("group w1 any w2\n"), std::string("group none any w2\n"), std::string("group g any g\n"), std::string("group g any\n"), std::string("quorum w9\n"), std::string("quorum\n"), std::string("quorum none\r\n"), std::string("witness w1 ") + example::witness_vkey + "\n", "witness again " + to_vkey(witness_key(1)) + "\n", std::string("witness w4 nonsense\n"), std::string("log\n"), std::string("trust me\n")}) {
    CAPTURE(added);
    const auto policy = parse_policy(good + added + "quorum none\n");
    REQUIRE_FALSE(policy);
    CHECK(policy.error().message.starts_with("line 7 of the policy"));
  }
  CHECK(parse_policy(good).error().message.find("no line `quorum") != std::string::npos);
  CHECK(parse_policy(good + "quorum w1\nquorum w1\n").error().message.starts_with("line 8"));
  CHECK(parse_policy(std::string(policy_lines_max + 1, '\n')).error().message.starts_with("line 1001"));
}

TEST_CASE("policy: groups that are members of many groups are asked once each, so a short policy cannot keep anybody busy") {
  std::string text = three_witnesses() + "group a0 any w1\ngroup b0 any w2\n";
  for (int i = 1; i <= 100; ++i) {
    const std::string members = " all a" + std::to_string(i - 1) + " b" + std::to_string(i - 1) + "\n";
    text += "group a" + std::to_string(i) + members + "group b" + std::to_string(i) + members;
  }
  const Policy policy = policy_of(text + "quorum a100\n");
  CHECK(quorum_met(policy, signed_by({1, 2})));
  CHECK_FALSE(quorum_met(policy, signed_by({1, 3})));
}
