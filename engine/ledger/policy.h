#pragma once
// Which logs and which witnesses somebody trusts, as a text file in the manner of C2SP tlog-policy:
//   log VKEY [URL]
//   witness NAME VKEY [URL]
//   group NAME COUNT|any|all MEMBER ..     members were named before
//   quorum NAME|none                       once
// Empty lines, and what follows a # at the start of a line, are read over.

#include <map>
#include <set>

#include "engine/ledger/note.h"

namespace acta {

struct WitnessGroup {
  std::size_t threshold = 0;
  std::vector<std::string> members;        // witnesses and groups
};

struct Policy {
  std::vector<PublicKey> logs;
  std::map<std::string, PublicKey> witnesses;
  std::map<std::string, std::string> urls; // of witnesses that can be asked, by name
  std::map<std::string, WitnessGroup> groups;
  std::string quorum;                      // empty: no cosignature is wanted

  std::vector<PublicKey> keys() const;     // of logs and witnesses
};

inline constexpr std::size_t policy_lines_max = 1'000;

// Error: malformed, naming the line.
Result<Policy> parse_policy(std::string_view text);
// `cosigned`: the signatures of a note that hold.
bool quorum_met(const Policy& policy, const std::vector<CheckedSignature>& checked);

}  // namespace acta
