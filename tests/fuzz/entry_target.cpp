// Entry bytes: whatever decodes encodes to what decodes equal. And the readers that a bundle's entries come to, hostile or not.

#include "engine/case_state.h"
#include "engine/control_events.h"
#include "events/assert.h"
#include "tests/fuzz/target.h"

namespace {

using namespace acta;

void check_again(const Entry& entry) {
  const auto encoded = encode(entry);
  // Parts of a buffer may lie on one another: then it is longer when each is written by itself.
  if (!encoded) return ACTA_ASSERT(encoded.error().code == Code::too_large);
  const auto again = decode(*encoded);
  ACTA_ASSERT(again && *again == entry);
}

// Any payload is read or refused, whatever type the entry claims.
void check_publication(const Result<Publication>& read) { ACTA_ASSERT(read || read.error().code == Code::damaged); }

void check_readers(const Entry& entry) {
  const auto opening = read_ledger_opened(entry);
  ACTA_ASSERT(opening || opening.error().code == Code::damaged);
  check_publication(read_schema_published(entry));
  check_publication(read_definition_published(entry));
  const auto after = apply(CaseState{}, entry);
  ACTA_ASSERT(after || after.error().code == Code::damaged);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto entry = decode({data, size});
  if (!entry) return 0;
  check_again(*entry);
  check_readers(*entry);
  return 0;
}
