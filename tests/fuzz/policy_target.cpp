// Policies: read in bounded time, asked in bounded time; everybody's signature is enough for whatever one's is.

#include "engine/ledger/policy.h"

#include "events/assert.h"
#include "tests/fuzz/target.h"

namespace {

using namespace acta;

CheckedSignature held_by(const PublicKey& key) { return {.name = key.name, .key_id = key.id(), .state = SignatureState::holds, .time = {}}; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto policy = parse_policy(text_view({data, size}));
  if (!policy) return 0;
  std::vector<CheckedSignature> all;
  bool one_is_enough = quorum_met(*policy, {});
  ACTA_ASSERT(one_is_enough == policy->quorum.empty());
  for (const PublicKey& key : policy->keys()) {
    all.push_back(held_by(key));
    one_is_enough |= quorum_met(*policy, {all.back()});
  }
  ACTA_ASSERT(quorum_met(*policy, all));
  return 0;
}
