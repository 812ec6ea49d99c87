#pragma once
// Keys that somebody gives on the command line, and what they say about a signed note.

#include <optional>
#include <string>
#include <vector>

#include "engine/ledger/policy.h"
#include "events/json.h"

namespace acta::cli {

// Error: invalid, naming the option.
Result<std::vector<PublicKey>> read_keys(const std::vector<std::string>& vkeys);

// The key of a log. Error: invalid, also for a witness's: it says who saw a tree, not whose it is.
Result<PublicKey> read_log_key(const std::string& vkey);

// Logs that somebody trusts, and the policy that says how many witnesses he wants.
struct Trust {
  std::vector<PublicKey> keys;             // of --key, and the policy's logs
  std::optional<Policy> policy;
  std::vector<PublicKey> known() const;    // with the policy's witnesses
};
// `policy_path` empty: no policy. Error: invalid when no log is named; those of read_input and parse_policy.
Result<Trust> read_trust(const std::vector<std::string>& vkeys, const std::string& policy_path);

enum class Vouched : std::uint8_t { by_known_key, by_nobody_known, falsely };
// One false signature of a known key spoils all others.
Vouched vouched(const std::vector<CheckedSignature>& checked);

Json json_of(const std::vector<CheckedSignature>& checked);
// A line each: "  holds  acta.example/ledger 92e2fe06".
std::string lines_of(const std::vector<CheckedSignature>& checked);

}  // namespace acta::cli
