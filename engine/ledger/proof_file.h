#pragma once
// C2SP tlog-proof: the file an auditor takes away, ours or another log's.

#include <string>
#include <vector>

#include "events/ids.h"

namespace acta {

inline constexpr std::size_t proof_hashes_max = 64;  // a tree of 2^64 leaves has no longer path

struct ProofFile {
  std::uint64_t index = 0;
  std::vector<Hash> hashes;    // from leaf to root
  std::string note;            // the checkpoint with its signatures
};

std::string to_proof_file(std::uint64_t index, const std::vector<Hash>& proof, std::string_view signed_checkpoint);
// An `extra` line is read over: it is another application's. Error: malformed, naming the line.
Result<ProofFile> parse_proof_file(std::string_view text);

// 32 bytes in base64, written in the one way there is. Error: malformed.
Result<Hash> parse_hash(std::string_view base64);
// Decimal digits without sign or leading zero, in range. Error: malformed.
Result<std::uint64_t> parse_count(std::string_view text);

}  // namespace acta
