#pragma once
// An audit bundle: cases or a range of entries as one file that can be checked without the ledger (docs/FORMAT.md "Bundle").

#include <functional>

#include "engine/bundle/manifest.h"
#include "engine/engine.h"

namespace acta {

struct BundleScope {
  std::vector<CaseId> cases;           // either these, or a range
  std::optional<BundledRange> range;
  std::optional<Instant> as_of;        // with cases: what had happened by then
};

inline constexpr std::size_t bundle_entries_max = 10'000, bundle_cases_max = 100;
// The newest are taken: each covers all entries that an earlier one covers.
inline constexpr std::size_t bundle_anchors_max = 500;

struct BundleRequest {
  BundleScope scope;
  std::string note;                    // the signed checkpoint everything is proved under
  Instant made;
};

// The file piece by piece, until it gives nothing. A piece that cannot be read ends it early, and whoever checks it sees that.
// Error: invalid (scope), not_found (case, or nothing had happened by then), too_large, damaged, unavailable.
using Pieces = std::function<std::optional<std::string>()>;
Result<Pieces> make_bundle(const Engine& engine, const BundleRequest& request);

// A time stamp's members: this and .checkpoint, .tsr, .consistency. The last: a base64 hash a line.
std::string anchor_member(std::uint64_t position);
std::string hash_lines(const std::vector<Hash>& hashes);

// The two members that are the same in every bundle.
std::string_view bundle_readme();
std::string_view bundle_verifier();    // verify.py

}  // namespace acta
