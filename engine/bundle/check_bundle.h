#pragma once
// Checks a bundle by itself: no ledger, no server. Goes on after a fault and names each (docs/FORMAT.md "Bundle").

#include "engine/bundle/manifest.h"
#include "engine/ledger/verify.h"

namespace acta {

struct BundleOptions {
  std::optional<PublicKey> key;            // a log key of the ledger that the caller trusts: those after it follow; absent: the one entry 0 names, and said so
  std::vector<PublicKey> witnesses;        // whose cosignatures are told
  std::optional<TimeStampTrust> time_stamps = {};   // who may have signed time stamps; absent: not checked, and said so
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
};

struct BundleReport {
  Verdict verdict = Verdict::sound;        // incomplete: the file was cut short. untrusted_key: sound but for the key
  std::vector<Finding> findings;           // findings_max at most
  std::vector<std::string> remarks;        // what cannot be proved
  std::optional<Manifest> manifest;        // nothing: it could not be read
  std::vector<CheckedSignature> signatures;
  std::optional<LogKeys> keys;             // the succession, as the entries held name it
};

// Error: newer.
Result<BundleReport> check_bundle(ByteView archive, const BundleOptions& options);

}  // namespace acta
