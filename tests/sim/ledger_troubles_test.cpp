#include <doctest/doctest.h>

#include "engine/disk.h"
#include "engine/ledger/signer.h"
#include "engine/ledger/verify.h"
#include "tests/golden/golden_files.h"
#include "tests/sim/expectation.h"
#include "tests/sim/troubles.h"

using namespace acta;
using namespace acta::sim;

namespace {

const std::string folder = "/data/ledger", head_file = "/data.head";

std::shared_ptr<const SigningKey> signing_key() { return std::make_shared<SigningKey>(std::string(golden::origin), golden::log_key_seed()); }

LedgerOptions options(FaultyDisk& disk, bool create, bool sync) { return {.folder = folder, .env = &disk.env(), .create = create, .sync = sync}; }

SignerOptions signing(FaultyDisk& disk) { return {.head_file = head_file, .env = &disk.env(), .interval_ms = 60'000, .on_failure = [](const Error&) {}}; }

// A ledger that was written to, signed and closed, and what it must hold.
struct Beginning {
  Expectation expected;
  Entry pattern;
  DiskModel disk;

  Beginning() {
    FaultyDisk writing;
    REQUIRE(make_folder(writing.env(), "/data"));
    auto opened = Ledger::open(options(writing, true, true));
    REQUIRE(opened);
    const auto story = golden::tell(golden::sources_in(golden::read_folder(ACTA_SOURCE_DIR "/tests/golden/format-1")));
    append(**opened, expected.plan_from(story.batches.front()));
    pattern = story.batches[1].front();
    pattern.sealed.clear();
    pattern.facts.clear();
    std::mt19937_64 dice(7);
    append(**opened, expected.plan_batch(dice, pattern));
    REQUIRE(Signer(**opened, signing_key(), signing(writing)).sign_now());
    REQUIRE((*opened)->close());
    opened->reset();
    disk = writing.settled();
  }
  void append(Ledger& ledger, const Plan& plan) {
    Batch batch;
    REQUIRE(ledger.stage(plan.entries, batch));
    REQUIRE(ledger.commit(batch));
    expected.accept(plan);
  }
};

const Beginning& beginning() {
  static const Beginning held;
  return held;
}

// Opens, appends, signs, appends more, closes: as a server does between two starts.
class Written final : public Story {
 public:
  explicit Written(bool sync) : sync_(sync) {}

  void act(FaultyDisk& disk) override {
    auto opened = Ledger::open(options(disk, false, sync_));
    if (!opened) return;
    const bool whole = write(disk, **opened);
    if (whole) static_cast<void>((*opened)->close());
  }

  std::optional<std::string> judge(FaultyDisk& disk) override {
    if (auto wrong = verified(disk)) return wrong;
    auto opened = Ledger::open(options(disk, false, true));
    if (!opened) return "refused to open: " + opened.error().message;
    if (auto wrong = expected_.settle(**opened, unanswered_)) return wrong;
    unanswered_.reset();
    if (const auto head = check_head_file(disk.env(), head_file, **opened, signing_key()->public_key()); !head) return "head file: " + head.error().message;
    if (!append(**opened)) return "it does not go on";
    if (auto wrong = expected_.settle(**opened, std::nullopt)) return "after it went on: " + *wrong;
    const auto note = Signer(**opened, signing_key(), signing(disk)).sign_now();
    if (!note) return "it cannot sign: " + note.error().message;
    return std::nullopt;
  }

 private:
  // A failed commit is the end; a failed signature is tried again with the next.
  bool write(FaultyDisk& disk, Ledger& ledger) {
    Signer signer(ledger, signing_key(), signing(disk));
    for (int i = 0; i < 2; ++i)
      if (!append(ledger)) return false;
    static_cast<void>(signer.sign_now());
    return append(ledger);
  }

  bool append(Ledger& ledger) {
    Batch batch;
    unanswered_ = expected_.plan_batch(dice_, beginning().pattern);
    if (!ledger.stage(unanswered_->entries, batch) || !ledger.commit(batch)) return false;
    expected_.accept(*std::exchange(unanswered_, std::nullopt));
    return true;
  }

  static std::optional<std::string> verified(FaultyDisk& disk) {
    const auto report = verify({.folder = folder, .head_file = head_file, .data_name = "simulated", .env = &disk.env(), .key = signing_key()->public_key(), .progress = {}});
    if (!report) return "verify: " + report.error().message;
    if (report->verdict == Verdict::sound) return std::nullopt;
    return "verify: " + (report->findings.empty() ? std::string("not sound") : report->findings.front().what + ", " + report->findings.front().detail);
  }

  bool sync_;
  Expectation expected_ = beginning().expected;
  std::mt19937_64 dice_{11};
  std::optional<Plan> unanswered_;
};

}  // namespace

TEST_CASE("ledger: whichever step of writing fails, in whichever way, what was acknowledged is there, once and whole, and it goes on") {
  check_every_trouble(beginning().disk, Breadth::all, [] { return std::make_unique<Written>(true); });
}

TEST_CASE("ledger: a ledger that does not sync is caught by the table of troubles") {
  CHECK(through_every_trouble(beginning().disk, Breadth::turns, [] { return std::make_unique<Written>(false); }).fault);
}
