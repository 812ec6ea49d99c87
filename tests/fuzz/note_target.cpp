// Keys, notes and checkpoints: what is read is written again as it was.

#include "engine/ledger/note.h"
#include "events/assert.h"
#include "tests/fuzz/target.h"

namespace {

using namespace acta;

// Of the corpus: what is signed with them reaches the end of the parser.
const std::vector<PublicKey>& known_keys() {
  static const std::vector<PublicKey> keys = [] {
    std::vector<PublicKey> made;
    for (const std::uint8_t type : {std::uint8_t{0x01}, std::uint8_t{0x04}}) made.push_back(SigningKey("acta.example/fuzz", {type}).public_key());
    made.back().type = 0x04;
    return made;
  }();
  return keys;
}

void check_key(std::string_view text) {
  const auto key = parse_vkey(text);
  ACTA_ASSERT(!key || to_vkey(*key) == text);
}

void check_checkpoint(std::string_view text) {
  const auto checkpoint = parse_checkpoint(text);
  ACTA_ASSERT(!checkpoint || to_text(*checkpoint) == text);
  const auto extended = parse_extended_checkpoint(text);
  ACTA_ASSERT(!checkpoint || (extended && *extended == *checkpoint));
}

void check_note(std::string_view text) {
  const auto note = parse_note(text);
  if (!note) return;
  ACTA_ASSERT(text.starts_with(note->text + "\n") && note->text.ends_with('\n') && !note->signatures.empty());
  ACTA_ASSERT(check_signatures(*note, known_keys()).size() == note->signatures.size());
  check_checkpoint(note->text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = acta::text_view({data, size});
  check_key(text);
  check_checkpoint(text);
  check_note(text);
  const auto opened = acta::open_checkpoint(text, known_keys());
  ACTA_ASSERT(!opened || text.starts_with(to_text(*opened)));
  return 0;
}
