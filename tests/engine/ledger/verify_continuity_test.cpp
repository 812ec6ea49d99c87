// A forger who has the log key too: every hash, index and signature is in place. What he writes must still continue what
// was written before.

#include "tests/engine/ledger/told_ledger.h"

using namespace acta;

namespace {

// A ledger of five events of two cases, to which one more is forged.
struct Forged : ToldLedger {
  std::uint64_t at = 0;
  Forged() {
    tell(5, 2);
    stop();
    at = genesis_entries + 5;
  }
  Entry next_event() { return entry(Kind::event, told_case(1), at); }
  // The report must blame the forged entry, for that, and no other.
  void check_blamed(std::string_view what) const {
    const VerifyReport report = check(key->public_key());
    CHECK(report.verdict == Verdict::tampered);
    CHECK(tells(report, what, at));
    CHECK(named(report) == std::vector<std::uint64_t>{at});
  }
};

}  // namespace

TEST_CASE("verify: an entry that continues the ledger is sound, whoever wrote it") {
  Forged place;
  place.forge(place.next_event());
  const VerifyReport report = place.check(place.key->public_key());
  for (const Finding& finding : report.findings) MESSAGE(finding.what << ": " << finding.detail);
  CHECK(report.verdict == Verdict::sound);
}

TEST_CASE("verify: a time that goes back is named") {
  Forged place;
  Entry made = place.next_event();
  made.recorded_at = Instant{made.recorded_at.micros - 1'000'000};
  place.forge(std::move(made));
  place.check_blamed("continuity");
}

TEST_CASE("verify: a revision that leaves one out is named") {
  Forged place;
  Entry made = place.next_event();
  *made.revision += 1;
  place.forge(std::move(made));
  place.check_blamed("continuity");
}

TEST_CASE("verify: a command id that was used before is named") {
  Forged place;
  Entry made = place.next_event();
  made.command = place.command_at(ToldLedger::genesis_entries);
  place.forge(std::move(made));
  place.check_blamed("command");
}

TEST_CASE("verify: a command that was to go on and does not is named") {
  Forged place;
  Entry made = place.next_event();
  made.command->count = 2;
  place.forge(std::move(made));
  place.check_blamed("command");
}

TEST_CASE("verify: a state digest that no replay gives is named") {
  Forged place;
  Entry made = place.next_event();
  made.effect->state = Hash{};
  place.forge(std::move(made));
  place.check_blamed("state");
}

TEST_CASE("verify: a schema or definition that was never published is named") {
  Forged place;
  Entry made = place.next_event();
  SUBCASE("schema") {
    made.schema = Hash{};
    place.forge(std::move(made));
    place.check_blamed("schema");
  }
  SUBCASE("definition") {
    made.case_id = told_case(77);
    made.revision = 1;
    made.definition = Hash{};
    place.forge(std::move(made));
    place.check_blamed("definition");
  }
}

TEST_CASE("verify: an entry that says it is elsewhere is named") {
  Forged place;
  Entry made = place.next_event();
  made.position = Position{2};
  place.forge(std::move(made));
  CHECK(tells(place.check(place.key->public_key()), "position", place.at));
}
