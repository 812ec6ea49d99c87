#include "engine/ledger/compare.h"

#include <algorithm>

#include "engine/ledger/proof_file.h"
#include "engine/ledger/tree.h"

namespace acta {

Result<std::vector<Hash>> parse_hash_lines(std::string_view text) {
  std::vector<Hash> hashes;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (hashes.size() == proof_hashes_max) return error(Code::malformed, "a proof has at most " + std::to_string(proof_hashes_max) + " hashes");
    const auto hash = parse_hash(text.substr(0, end));
    if (!hash) return error(Code::malformed, "line " + std::to_string(hashes.size() + 1) + " of the proof is " + hash.error().message);
    hashes.push_back(*hash);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return hashes;
}

Heads compare_heads(const Checkpoint& smaller, const Checkpoint& larger, const std::optional<ConsistencyClaim>& claim) {
  if (smaller.size == larger.size) return smaller.root == larger.root ? Heads::same : Heads::split_view;
  if (smaller.size == 0) return smaller.root == empty_root() ? Heads::consistent : Heads::forked;
  if (!claim || claim->from != smaller.size || claim->to != larger.size) return Heads::not_provable;
  if (consistency_holds(smaller.size, larger.size, smaller.root, larger.root, claim->hashes)) return Heads::consistent;
  // The hashes lead from another beginning to the root that was signed: what was signed later has that other beginning.
  const bool other = claim->from_root && consistency_holds(smaller.size, larger.size, *claim->from_root, larger.root, claim->hashes);
  return other ? Heads::forked : Heads::not_provable;
}

}  // namespace acta
