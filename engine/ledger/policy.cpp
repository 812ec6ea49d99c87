#include "engine/ledger/policy.h"

#include <algorithm>

#include "engine/ledger/proof_file.h"

namespace acta {
namespace {

using Words = std::vector<std::string>;

constexpr std::string_view blanks = " \t";
constexpr std::string_view no_quorum = "none";

Words words_of(std::string_view line) {
  Words words;
  while (true) {
    const std::size_t begin = line.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return words;
    const std::size_t end = std::min(line.find_first_of(blanks, begin), line.size());
    words.emplace_back(line.substr(begin, end - begin));
    line.remove_prefix(end);
  }
}

Error wrong(std::string what) { return error(Code::malformed, std::move(what)); }

class PolicyReader {
 public:
  Result<void> take(const Words& words);
  Result<Policy> finished() &&;

 private:
  Result<void> take_log(const Words& words);
  Result<void> take_witness(const Words& words);
  Result<void> take_group(const Words& words);
  Result<void> take_quorum(const Words& words);
  bool named(const std::string& name) const { return policy_.witnesses.contains(name) || policy_.groups.contains(name); }
  Result<void> check_new(const std::string& name) const;

  Policy policy_;
  bool quorum_said_ = false;
};

Result<void> PolicyReader::check_new(const std::string& name) const {
  if (name == no_quorum || named(name)) return wrong("the name `" + name + "` is taken");
  return {};
}

Result<void> PolicyReader::take_log(const Words& words) {
  if (words.size() < 2 || words.size() > 3) return wrong("as `log VKEY [URL]`");
  ACTA_TRY(const PublicKey key, parse_vkey(words[1]));
  policy_.logs.push_back(key);
  return {};
}

Result<void> PolicyReader::take_witness(const Words& words) {
  if (words.size() < 3 || words.size() > 4) return wrong("as `witness NAME VKEY [URL]`");
  ACTA_CHECK(check_new(words[1]));
  ACTA_TRY(const PublicKey key, parse_vkey(words[2]));
  const bool taken = std::any_of(policy_.witnesses.begin(), policy_.witnesses.end(), [&](const auto& known) { return known.second.bytes == key.bytes; });
  if (taken) return wrong("the same key under a second name would count twice");
  policy_.witnesses.emplace(words[1], key);
  if (words.size() == 4) policy_.urls.emplace(words[1], words[3]);
  return {};
}

Result<std::size_t> threshold_of(const std::string& word, std::size_t members) {
  if (word == "any") return std::size_t{1};
  if (word == "all") return members;
  const auto count = parse_count(word);
  if (!count || *count < 1 || *count > members) return wrong("the threshold of a group is any, all, or 1 to the number of its members");
  return static_cast<std::size_t>(*count);
}

Result<void> PolicyReader::take_group(const Words& words) {
  if (words.size() < 4) return wrong("as `group NAME COUNT|any|all MEMBER ..`");
  ACTA_CHECK(check_new(words[1]));
  WitnessGroup group{.threshold = 0, .members = {words.begin() + 3, words.end()}};
  for (const std::string& member : group.members) {
    if (!named(member)) return wrong("`" + member + "` is no witness or group named before");
    if (std::count(group.members.begin(), group.members.end(), member) > 1) return wrong("`" + member + "` is named twice");
  }
  ACTA_TRY(group.threshold, threshold_of(words[2], group.members.size()));
  policy_.groups.emplace(words[1], std::move(group));
  return {};
}

Result<void> PolicyReader::take_quorum(const Words& words) {
  if (words.size() != 2) return wrong("as `quorum NAME|none`");
  if (quorum_said_) return wrong("the quorum is said once");
  if (words[1] != no_quorum && !named(words[1])) return wrong("`" + words[1] + "` is no witness or group named before");
  quorum_said_ = true;
  if (words[1] != no_quorum) policy_.quorum = words[1];
  return {};
}

Result<void> PolicyReader::take(const Words& words) {
  if (words[0] == "log") return take_log(words);
  if (words[0] == "witness") return take_witness(words);
  if (words[0] == "group") return take_group(words);
  if (words[0] == "quorum") return take_quorum(words);
  return wrong("`" + words[0] + "` is not log, witness, group or quorum");
}

Result<Policy> PolicyReader::finished() && {
  if (!quorum_said_) return wrong("the policy has no line `quorum NAME|none`: without it nobody knows what is enough");
  return std::move(policy_);
}

bool signed_by(const PublicKey& key, const std::vector<CheckedSignature>& checked) {
  return std::any_of(checked.begin(), checked.end(), [&](const CheckedSignature& signature) {
    return signature.state == SignatureState::holds && signature.name == key.name && signature.key_id == key.id();
  });
}

// Each group is asked once, however many groups it is a member of.
class Count {
 public:
  Count(const Policy& policy, const std::vector<CheckedSignature>& checked) : policy_(policy) {
    for (const auto& [name, key] : policy.witnesses) met_[name] = signed_by(key, checked);
  }
  bool met(const std::string& name) {
    if (const auto known = met_.find(name); known != met_.end()) return known->second;
    const WitnessGroup& group = policy_.groups.at(name);
    const auto count = std::count_if(group.members.begin(), group.members.end(), [&](const std::string& member) { return met(member); });
    return met_[name] = static_cast<std::size_t>(count) >= group.threshold;
  }

 private:
  const Policy& policy_;
  std::map<std::string, bool> met_;
};

}  // namespace

std::vector<PublicKey> Policy::keys() const {
  std::vector<PublicKey> all = logs;
  for (const auto& [name, key] : witnesses) all.push_back(key);
  return all;
}

Result<Policy> parse_policy(std::string_view text) {
  PolicyReader reader;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string at = "line " + std::to_string(number) + " of the policy: ";
    if (number > policy_lines_max) return wrong(at + "a policy has at most " + std::to_string(policy_lines_max));
    const std::size_t end = std::min(text.find('\n'), text.size());
    const Words words = words_of(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (words.empty() || words[0].starts_with('#')) continue;
    if (words.back().ends_with('\r')) return wrong(at + "ends in a carriage return and a newline: a newline alone is wanted");
    if (const auto taken = reader.take(words); !taken) return wrong(at + taken.error().message);
  }
  return std::move(reader).finished();
}

bool quorum_met(const Policy& policy, const std::vector<CheckedSignature>& checked) {
  if (policy.quorum.empty()) return true;
  return Count(policy, checked).met(policy.quorum);
}

}  // namespace acta
