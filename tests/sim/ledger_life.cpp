#include "tests/sim/ledger_life.h"

#include "engine/disk.h"
#include "engine/ledger/signer.h"
#include "engine/ledger/verify.h"
#include "events/assert.h"
#include "tests/sim/expectation.h"
#include "tests/sim/faulty_disk.h"

namespace acta::sim {
namespace {

const std::string folder = "/data/ledger", head_file = "/data.head";

class Simulation {
 public:
  Simulation(const Life& life, const golden::Sources& sources)
      : life_(life), dice_(life.seed), story_(golden::tell(sources)), key_(std::make_shared<SigningKey>(std::string(golden::origin), golden::log_key_seed())) {}

  Outcome run() {
    begin();
    for (int i = 0; i < life_.crashes && !outcome_.fault; ++i) {
      write_until_the_power_goes();
      disk_.crash(dice_());
      open_and_compare();
    }
    outcome_.entries = expected_.size();
    return std::move(outcome_);
  }

 private:
  LedgerOptions options(bool create) const { return {.folder = folder, .env = &disk_.env(), .create = create, .sync = life_.sync}; }

  SignerOptions signing() const { return {.head_file = head_file, .env = &disk_.env(), .interval_ms = 60'000, .on_failure = [](const Error&) {}}; }

  void fail(std::string what) { outcome_.fault = "seed " + std::to_string(life_.seed) + ": " + std::move(what); }

  // The disk's own folder is there before the first ledger; the opening entries are committed and signed while the power
  // holds: a folder whose making was cut short is no ledger.
  void begin() {
    ACTA_ASSERT(make_folder(disk_.env(), "/data"));
    auto opened = Ledger::open(options(true));
    if (!opened) return fail(opened.error().message);
    ledger_ = *std::move(opened);
    commit(expected_.plan_from(story_.batches.front()));
    if (const auto first = Signer(*ledger_, key_, signing()).sign_now(); !first) return fail("signing: " + first.error().message);
    pattern_ = story_.batches[1].front();
    pattern_.sealed.clear();
    pattern_.facts.clear();
  }

  bool commit(Plan plan) {
    Batch batch;
    unanswered_ = std::move(plan);
    const auto staged = ledger_->stage(unanswered_->entries, batch);
    if (!staged && disk_.powered()) fail("staging: " + staged.error().message);
    if (!staged) return false;
    if (!ledger_->commit(batch)) return false;
    expected_.accept(*unanswered_);
    unanswered_.reset();
    return true;
  }

  void write_until_the_power_goes() {
    disk_.cut_power_after(1 + dice_() % 60);
    {
      Signer signer(*ledger_, key_, signing());
      for (int i = 0; i < 40 && commit(expected_.plan_batch(dice_, pattern_)); ++i) {
        if (dice_() % 4 == 0) static_cast<void>(signer.sign_now());
      }
    }
    if (dice_() % 4 == 0) static_cast<void>(ledger_->close());
    ledger_.reset();
  }

  void open_and_compare() {
    auto opened = Ledger::open(options(false));
    if (!opened) return fail("refused to open: " + opened.error().message);
    ledger_ = *std::move(opened);
    if (auto wrong = expected_.settle(*ledger_, std::exchange(unanswered_, std::nullopt))) return fail(*wrong);
    if (const auto head = check_head_file(disk_.env(), head_file, *ledger_, key_->public_key()); !head) return fail("head file: " + head.error().message);
    ledger_.reset();
    check_verdict();
    auto again = Ledger::open(options(false));
    if (!again) return fail("refused to open after verify: " + again.error().message);
    ledger_ = *std::move(again);
  }

  void check_verdict() {
    const auto report = verify({.folder = folder, .head_file = head_file, .data_name = "simulated", .env = &disk_.env(), .key = key_->public_key(), .progress = {}});
    if (!report) return fail("verify: " + report.error().message);
    if (report->verdict != Verdict::sound) fail("verify: " + (report->findings.empty() ? std::string("not sound") : report->findings.front().what + ", " + report->findings.front().detail));
  }

  Life life_;
  std::mt19937_64 dice_;
  golden::Story story_;
  std::shared_ptr<const SigningKey> key_;
  FaultyDisk disk_;
  std::unique_ptr<Ledger> ledger_;
  Expectation expected_;
  std::optional<Plan> unanswered_;
  Entry pattern_;
  Outcome outcome_;
};

}  // namespace

Outcome live(const Life& life, const golden::Sources& sources) { return Simulation(life, sources).run(); }

}  // namespace acta::sim
