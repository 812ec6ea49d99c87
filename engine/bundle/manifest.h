#pragma once
// The manifest of a bundle: what it says it holds, as lines of text written in one way only (docs/FORMAT.md "Bundle").

#include <optional>
#include <set>

#include "engine/ledger/note.h"
#include "events/time.h"

namespace acta {

struct BundledCase {
  CaseId id;
  Revision revisions = 0;              // 1 to this are held
};

struct BundledRange {
  std::uint64_t from = 0, to = 0;      // to: exclusive
};

struct RevokedKey {
  PublicKey key;
  std::uint64_t counts = 0;            // its signatures over more entries do not count
  Position said_at;
};

struct Manifest {
  std::string origin;
  LedgerId ledger;
  std::vector<std::pair<PublicKey, Position>> keys;   // each with the entry that names it, in their order
  std::vector<RevokedKey> revoked;     // in the order of the entries that say so
  Instant made;                        // as its maker says
  Checkpoint checkpoint;               // origin as above
  std::optional<Instant> as_of;        // cases: what had happened by then
  std::vector<BundledCase> cases;      // either cases, ordered by id, or a range
  std::optional<BundledRange> range;
  std::set<std::uint64_t> asked;       // positions in the scope
  std::set<std::uint64_t> support;     // positions that those need: the ledger's beginning, schemas, definitions
  std::set<std::uint64_t> anchors;     // positions of time stamps, each taken apart for others to check; in the scope or not
  std::vector<std::uint64_t> positions() const;   // of all entries held
};

// The second where the log key ever changed, the third with time stamps: a checker that does not know of them does not take
// that for a fault.
inline constexpr std::string_view bundle_format = "acta-bundle@v1", bundle_format_keys = "acta-bundle@v2", bundle_format_anchors = "acta-bundle@v3";

std::string to_text(const Manifest& manifest);
// Error: newer (another format), malformed.
Result<Manifest> parse_manifest(std::string_view text);

}  // namespace acta
