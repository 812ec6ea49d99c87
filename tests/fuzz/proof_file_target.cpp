// Proof files: what is read is written again, and read again as the same.

#include "engine/ledger/proof_file.h"
#include "events/assert.h"
#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto proof = acta::parse_proof_file(acta::text_view({data, size}));
  if (!proof) return 0;
  ACTA_ASSERT(proof->hashes.size() <= acta::proof_hashes_max);
  const std::string written = to_proof_file(proof->index, proof->hashes, proof->note);
  const auto again = acta::parse_proof_file(written);
  ACTA_ASSERT(again && again->index == proof->index && again->hashes == proof->hashes && again->note == proof->note);
  ACTA_ASSERT(written.size() <= size);   // only an `extra` line is left out
  return 0;
}
