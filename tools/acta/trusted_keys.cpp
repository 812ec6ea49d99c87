#include "tools/acta/trusted_keys.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "events/time.h"
#include "tools/acta/input.h"
#include "tools/acta/terminal.h"

namespace acta::cli {
namespace {

constexpr std::uint64_t seconds_max = 253'402'300'799;  // the end of year 9999
constexpr std::uint8_t log_key_type = 0x01;
constexpr std::int64_t micros_in_second = 1'000'000;

std::string hex_id(const CheckedSignature& signature) {
  Bytes id;
  put_be32(id, signature.key_id);
  return to_hex(id);
}

std::string_view word_of(SignatureState state) {
  if (state == SignatureState::holds) return "holds";
  return state == SignatureState::fails ? "DOES NOT HOLD" : "unknown key";
}

std::string time_of(const CheckedSignature& signature) {
  if (!signature.time) return "";
  if (*signature.time > seconds_max) return "unix second " + std::to_string(*signature.time);
  return to_text(Instant{static_cast<std::int64_t>(*signature.time) * micros_in_second});
}

bool any(const std::vector<CheckedSignature>& checked, SignatureState state) {
  return std::any_of(checked.begin(), checked.end(), [&](const CheckedSignature& signature) { return signature.state == state; });
}

}  // namespace

Result<std::vector<PublicKey>> read_keys(const std::vector<std::string>& vkeys) {
  std::vector<PublicKey> keys;
  for (const std::string& vkey : vkeys) {
    const auto key = parse_vkey(vkey);
    if (!key) return error(Code::invalid, "--key must be a key, as acta.example/ledger+92e2fe06+AQOhB7/z...: " + key.error().message + ".");
    keys.push_back(*key);
  }
  return keys;
}

Result<PublicKey> read_log_key(const std::string& vkey) {
  ACTA_TRY(const auto keys, read_keys({vkey}));
  if (keys.front().type == log_key_type) return keys.front();
  return error(Code::invalid, "--key " + printable(vkey) + " is a witness's key: it says who saw a tree, not whose it is. Give the log's key; witnesses belong in a --policy, where there is one.");
}

std::vector<PublicKey> Trust::known() const {
  std::vector<PublicKey> all = keys;
  if (!policy) return all;
  for (const auto& [name, key] : policy->witnesses) all.push_back(key);
  return all;
}

Result<Trust> read_trust(const std::vector<std::string>& vkeys, const std::string& policy_path) {
  Trust trust;
  for (const std::string& vkey : vkeys) {
    ACTA_TRY(PublicKey key, read_log_key(vkey));
    trust.keys.push_back(std::move(key));
  }
  if (!policy_path.empty()) {
    ACTA_TRY(const std::string text, read_input(policy_path));
    ACTA_TRY(trust.policy, parse_policy(text));
    trust.keys.insert(trust.keys.end(), trust.policy->logs.begin(), trust.policy->logs.end());
  }
  if (trust.keys.empty()) return error(Code::invalid, "say which log you trust: --key VKEY, or a --policy with a line `log VKEY`.");
  return trust;
}

Vouched vouched(const std::vector<CheckedSignature>& checked) {
  if (any(checked, SignatureState::fails)) return Vouched::falsely;
  return any(checked, SignatureState::holds) ? Vouched::by_known_key : Vouched::by_nobody_known;
}

Json json_of(const std::vector<CheckedSignature>& checked) {
  Json out = Json::array();
  for (const CheckedSignature& signature : checked) {
    Json one{{"name", signature.name}, {"key_id", hex_id(signature)}, {"state", signature.state == SignatureState::holds ? "holds" : signature.state == SignatureState::fails ? "fails" : "unknown_key"}};
    if (signature.time) one["time"] = time_of(signature);
    out.push_back(std::move(one));
  }
  return out;
}

std::string lines_of(const std::vector<CheckedSignature>& checked) {
  std::string out;
  for (const CheckedSignature& signature : checked) {
    out += "  " + std::string(word_of(signature.state)) + "  " + printable(signature.name) + " " + hex_id(signature);
    if (signature.time) out += ", cosigned " + time_of(signature);
    out += "\n";
  }
  return out;
}

}  // namespace acta::cli
