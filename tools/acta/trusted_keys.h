#pragma once
// Keys that somebody gives on the command line, and what they say about a signed note.

#include <string>
#include <vector>

#include "engine/ledger/note.h"
#include "events/json.h"

namespace acta::cli {

// Error: invalid, naming the option.
Result<std::vector<PublicKey>> read_keys(const std::vector<std::string>& vkeys);

enum class Vouched : std::uint8_t { by_known_key, by_nobody_known, falsely };
// One false signature of a known key spoils all others.
Vouched vouched(const std::vector<CheckedSignature>& checked);

Json json_of(const std::vector<CheckedSignature>& checked);
// A line each: "  holds  acta.example/ledger 92e2fe06".
std::string lines_of(const std::vector<CheckedSignature>& checked);

}  // namespace acta::cli
