// What a witness is sent: read and written again as it was; and a witness that is sent it cosigns only what its log signed and
// what continues what it cosigned before.

#include "engine/random.h"
#include "engine/witness/witness.h"
#include "events/assert.h"
#include "tests/engine/scratch.h"
#include "tests/fuzz/target.h"

namespace {

using namespace acta;

// Of the worked example that other people's tests have too; the corpus is signed with it.
constexpr std::string_view log_key = "acta.example/ledger+92e2fe06+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";

// One for the whole run: it remembers, as one that serves does.
struct Serving {
  Scratch scratch;
  SimulatedClock clock{Instant{1'700'000'000'000'000}};
  PublicKey log = *parse_vkey(log_key), key;
  std::unique_ptr<Witness> witness;

  Serving() {
    const WitnessOptions options{.folder = scratch / "w", .env = nullptr};
    key = *Witness::create(options, "witness.example/w1", {log}, *seeded_randomness(7));
    witness = *Witness::open(options, clock);
  }
  std::optional<Checkpoint> head() const {
    const auto heads = witness->heads();
    return heads.empty() ? std::nullopt : heads.front().cosigned;
  }
};

void check_form(std::string_view body) {
  const auto request = parse_add_checkpoint(body);
  ACTA_ASSERT(!request || to_body(*request) == body);
}

void check_cosigned(const Serving& serving, const std::optional<Checkpoint>& before, std::string_view body, const std::string& cosignature) {
  const auto request = parse_add_checkpoint(body);
  ACTA_ASSERT(request);
  const auto signed_head = open_checkpoint(request->note, {serving.log});
  ACTA_ASSERT(signed_head && serving.head() == *signed_head && (before ? before->size : 0) == request->old_size);
  ACTA_ASSERT(!before || before->size < signed_head->size || *before == *signed_head);
  const auto lines = parse_signature_lines(cosignature);
  ACTA_ASSERT(lines && check_signatures(Note{.text = to_text(*signed_head), .signatures = *lines}, {serving.key}).front().state == SignatureState::holds);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Serving serving;
  const std::string_view body = acta::text_view({data, size});
  check_form(body);
  const auto before = serving.head();
  const auto answer = serving.witness->add_checkpoint(body);
  if (answer.verdict == WitnessAnswer::Verdict::cosigned) check_cosigned(serving, before, body, answer.cosignature);
  else ACTA_ASSERT(serving.head() == before && answer.cosignature.empty());
  ACTA_ASSERT(answer.verdict != WitnessAnswer::Verdict::broken);
  return 0;
}
