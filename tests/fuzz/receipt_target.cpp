// Answers of time-stamp servers: nothing that was altered is believed, and nothing that is read ends the process.

#include "engine/anchor/time_stamp.h"
#include "events/assert.h"
#include "tests/fuzz/target.h"

namespace {

using namespace acta;

// Of the corpus: its root, and what it stamped.
constexpr const char* authorities = ACTA_SOURCE_DIR "/tests/fuzz/receipt_authority.pem";
constexpr std::string_view stamped = "what was stamped\n";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto trust = TimeStampTrust::load(authorities);
  ACTA_ASSERT(trust);
  const ByteView receipt(data, size);
  const auto read = read_receipt(receipt);
  const auto checked = trust->check(receipt, view(stamped));
  ACTA_ASSERT(!checked || (read && read->imprint == checked->imprint && read->at == checked->at));
  ACTA_ASSERT(!read || (size <= receipt_bytes_max && read->signer.find('\n') == std::string::npos));
  static const auto query = TimeStampQuery::make(std::string(stamped), "", *system_randomness());
  ACTA_ASSERT(query && !query->judge(text_view(receipt), *trust));   // no recorded answer is one to a new question
  return 0;
}
