#include "engine/sequencer.h"

#include <set>
#include <thread>

#include "engine/control_events.h"
#include "tests/engine/small_ledger.h"

using namespace acta;

namespace {

constexpr std::int64_t hour = 3'600ll * 1'000'000;

// Holds the committer inside its first commit until it is released.
struct Gate {
  explicit Gate(Ledger& ledger) {
    ledger.on_commit([this](std::uint64_t) {
      if (passed.exchange(true)) return;
      entered.set_value();
      opened.get_future().wait();
    });
  }
  void wait_until_entered() { entered.get_future().wait(); }
  void open() { opened.set_value(); }

  std::atomic<bool> passed = false;
  std::promise<void> entered, opened;
};

std::vector<Entry> entries_of(const Ledger& ledger) {
  std::vector<Entry> entries;
  for (std::uint64_t at = 0; at < ledger.head().size; ++at) entries.push_back(*ledger.read(Position{at}));
  return entries;
}

}  // namespace

TEST_CASE("sequencer: an opening makes a case, the next event raises its revision") {
  SmallLedger small;
  small.start();
  const Recorded opened = *small.record(small.opening(1, "k1"));
  CHECK(opened.first == Position{0});
  CHECK(opened.revision == 1);
  const Recorded closed = *small.record(small.closing(opened.case_id, 2, "k2"));
  CHECK(closed.case_id == opened.case_id);
  CHECK(closed.first == Position{1});
  CHECK(closed.revision == 2);
  const Entry entry = *small.ledger->read(Position{1});
  CHECK(entry.recorded_at == small.clock.now());
  CHECK(entry.definition == small.definition->hash());
  CHECK(entry.command->count == 1);
}

TEST_CASE("sequencer: recorded_at never decreases, even when the clock does") {
  SmallLedger small;
  small.start();
  REQUIRE(small.record(small.opening(1, "k1")));
  small.clock.set(Instant{small.clock.now().micros - hour});
  REQUIRE(small.record(small.opening(1, "k2")));
  CHECK(small.ledger->read(Position{1})->recorded_at == small.ledger->read(Position{0})->recorded_at);
}

TEST_CASE("sequencer: what 32 threads were told is in the ledger, once each and without a gap") {
  SmallLedger small;
  small.start();
  constexpr int threads_count = 32;
  constexpr int commands_count = 25;
  std::vector<std::vector<Recorded>> told(threads_count);
  std::vector<std::thread> threads;
  for (int t = 0; t < threads_count; ++t) {
    threads.emplace_back([&small, &told, t] {
      for (int i = 0; i < commands_count; ++i) {
        const auto answer = small.record(small.opening(1, std::to_string(t) + "/" + std::to_string(i)));
        if (answer) told[static_cast<std::size_t>(t)].push_back(*answer);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  small.sequencer.reset();
  REQUIRE(small.ledger->close());
  small.ledger.reset();
  small.ledger = small.opened(false);

  std::set<std::uint64_t> positions;
  for (const auto& mine : told) {
    REQUIRE(mine.size() == commands_count);
    for (const Recorded& one : mine) {
      CHECK(positions.insert(one.first.value).second);
      CHECK(small.ledger->read(one.first)->case_id == one.case_id);
    }
  }
  CHECK(positions.size() == threads_count * commands_count);
  CHECK(small.ledger->head().size == positions.size());
  CHECK(*positions.rbegin() == positions.size() - 1);
}

TEST_CASE("sequencer: no answer is given before the commit") {
  SmallLedger small;
  Gate gate(*small.ledger);
  small.start();
  auto first = small.sequencer->submit(small.opening(1, "k1"));
  gate.wait_until_entered();
  auto second = small.sequencer->submit(small.opening(1, "k2"));
  CHECK(second.wait_for(std::chrono::milliseconds(50)) == std::future_status::timeout);
  CHECK(small.ledger->head().size == 1);
  gate.open();
  CHECK(first.get());
  CHECK(second.get());
}

TEST_CASE("sequencer: a full queue answers busy and takes nothing") {
  SmallLedger small;
  small.queue_max = 2;
  small.batch_entries_max = 1;
  Gate gate(*small.ledger);
  small.start();
  std::vector<std::future<Result<Recorded>>> answers;
  answers.push_back(small.sequencer->submit(small.opening(1, "0")));
  gate.wait_until_entered();
  answers.push_back(small.sequencer->submit(small.opening(1, "1")));
  while (small.sequencer->queued() > 0) std::this_thread::yield();
  for (const char* key : {"2", "3"}) answers.push_back(small.sequencer->submit(small.opening(1, key)));
  auto refused = small.sequencer->submit(small.opening(1, "4"));
  CHECK(refused.get().error().code == Code::busy);
  gate.open();
  for (auto& answer : answers) CHECK(answer.get());
  CHECK(small.ledger->head().size == 4);
}

TEST_CASE("sequencer: stopping finishes what is queued") {
  SmallLedger small;
  small.start();
  std::vector<std::future<Result<Recorded>>> answers;
  for (int i = 0; i < 100; ++i) answers.push_back(small.sequencer->submit(small.opening(1, std::to_string(i))));
  small.sequencer.reset();
  for (auto& answer : answers) CHECK(answer.get());
  CHECK(small.ledger->head().size == 100);
}

TEST_CASE("sequencer: the same key and body give the same answer and write nothing") {
  SmallLedger small;
  small.start();
  const Recorded opened = *small.record(small.opening(1, "k1"));
  const Recorded again = *small.record(small.opening(1, "k1"));
  CHECK(again.replayed);
  CHECK(again.case_id == opened.case_id);
  CHECK(again.first == opened.first);
  CHECK(again.revision == opened.revision);
  CHECK(small.ledger->head().size == 1);
}

TEST_CASE("sequencer: the same key with another body is refused and writes nothing") {
  SmallLedger small;
  small.start();
  REQUIRE(small.record(small.opening(1, "k1", "one")));
  CHECK(small.record(small.opening(1, "k1", "two")).error().code == Code::key_reused);
  CHECK(small.ledger->head().size == 1);
}

TEST_CASE("sequencer: the key is looked up before If-Match") {
  SmallLedger small;
  small.start();
  const CaseId id = small.record(small.opening(1, "k1"))->case_id;
  Command closing = small.closing(id, 2, "k2");
  closing.expected_revision = 1;
  REQUIRE(small.record(closing));
  CHECK(small.record(closing)->replayed);
  Command late = small.closing(id, 2, "k3");
  late.expected_revision = 1;
  const auto stale = small.record(late);
  CHECK(stale.error().code == Code::stale);
  CHECK(stale.error().current_revision == 2);
}

TEST_CASE("sequencer: an answer that wrote no entry is not remembered") {
  SmallLedger small;
  small.start();
  const CaseId id = small.record(small.opening(1, "k1"))->case_id;
  Command stale = small.closing(id, 2, "k2");
  stale.expected_revision = 9;
  CHECK(small.record(stale).error().code == Code::stale);
  CHECK(small.record(small.closing(id, 2, "k2")));
}

TEST_CASE("sequencer: a case nobody opened is not found") {
  SmallLedger small;
  small.start();
  CHECK(small.record(small.closing(CaseId{}, 1, "k1")).error().code == Code::not_found);
  CHECK(small.record(small.command("ClockConfirmed", 1, "k2")).error().code == Code::conflict);
}

TEST_CASE("sequencer: a control refusal is recorded and raises no revision") {
  SmallLedger small;
  small.start();
  const CaseId id = small.record(small.opening(1, "k1"))->case_id;
  const auto refused = small.record(small.closing(id, 1, "k2"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::refused);
  CHECK(refused.error().rule.starts_with("distinct_persons/eyes"));
  CHECK(refused.error().position == 1);
  const Entry entry = *small.ledger->read(Position{1});
  CHECK(entry.kind == Kind::refusal);
  CHECK(entry.type == "ClockConfirmed");
  CHECK(entry.case_id == id);
  CHECK(entry.revision == 1);
  CHECK(entry.conflict == Position{0});
  CHECK(entry.payload.empty());
  CHECK_FALSE(entry.effect);
  CHECK(small.record(small.closing(id, 2, "k3"))->revision == 2);
}

TEST_CASE("sequencer: the same refused request gets the same refusal again, and is recorded once") {
  SmallLedger small;
  small.start();
  const CaseId id = small.record(small.opening(1, "k1"))->case_id;
  const auto first = small.record(small.closing(id, 1, "k2"));
  const auto again = small.record(small.closing(id, 1, "k2"));
  CHECK(again.error().code == Code::refused);
  CHECK(again.error().message == first.error().message);
  CHECK(again.error().position == first.error().position);
  CHECK(small.record(small.closing(id, 1, "k2", "other")).error().code == Code::key_reused);
  CHECK(small.ledger->head().size == 2);
}

TEST_CASE("sequencer: the eleventh refusal of a person is counted and told when the hour turns") {
  SmallLedger small;
  small.start();
  const CaseId id = small.record(small.opening(1, "open"))->case_id;
  for (int i = 0; i < 10; ++i) CHECK(small.record(small.closing(id, 1, "r" + std::to_string(i))).error().position);
  const auto eleventh = small.record(small.closing(id, 1, "r10"));
  CHECK(eleventh.error().code == Code::refused);
  CHECK_FALSE(eleventh.error().position);
  CHECK(small.ledger->head().size == 11);

  small.clock.set(Instant{small.clock.now().micros + hour});
  REQUIRE(small.record(small.opening(1, "later")));
  const Entry summary = *small.ledger->read(Position{11});
  CHECK(summary.kind == Kind::ledger);
  CHECK(summary.type == "RefusalsSuppressed");
  CHECK(small.ledger->head().size == 13);
}

TEST_CASE("sequencer: a clean stop writes down what was counted, and the bounds outlive it") {
  SmallLedger small;
  small.start();
  const CaseId id = small.record(small.opening(1, "open"))->case_id;
  for (int i = 0; i < 12; ++i) CHECK_FALSE(small.record(small.closing(id, 1, "r" + std::to_string(i))));
  small.sequencer.reset();
  CHECK(small.ledger->head().size == 12);
  CHECK(small.ledger->read(Position{11})->type == "RefusalsSuppressed");

  small.start();
  const auto refused = small.record(small.closing(id, 1, "another"));
  CHECK(refused.error().code == Code::refused);
  CHECK_FALSE(refused.error().position);
  CHECK(small.ledger->head().size == 12);
}

TEST_CASE("sequencer: a start reads no more entries than it may, whatever the hour holds") {
  SmallLedger small;
  small.start();
  const CaseId id = small.record(small.opening(1, "open"))->case_id;
  for (int i = 0; i < 10; ++i) CHECK_FALSE(small.record(small.closing(id, 1, "r" + std::to_string(i))));
  for (int i = 0; i < 5; ++i) REQUIRE(small.record(small.opening(1, "later" + std::to_string(i))));
  const auto recorded_after_restart = [&](std::uint64_t look_back, const std::string& key) {
    small.sequencer.reset();
    small.look_back_max = look_back;
    small.start();
    return small.record(small.closing(id, 1, key)).error().position.has_value();
  };
  CHECK_FALSE(recorded_after_restart(15, "all ten are seen"));
  // The clean stop has written what was counted: one entry more.
  CHECK(recorded_after_restart(6, "none is seen: it is recorded rather than lost"));
}

TEST_CASE("sequencer: each command is counted by its outcome, each batch by its entries and its sync") {
  SmallLedger small;
  small.start();
  const CaseId id = small.record(small.opening(1, "open"))->case_id;
  CHECK(small.record(small.opening(1, "open"))->replayed);
  CHECK(small.record(small.closing(id, 1, "same person")).error().code == Code::refused);
  CHECK(small.record(small.closing(CaseId{}, 1, "no such case")).error().code == Code::not_found);
  CHECK(small.measures.recorded.value() == 1);
  CHECK(small.measures.replayed.value() == 1);
  CHECK(small.measures.refused.value() == 1);
  CHECK(small.measures.turned_away.value() == 1);
  CHECK(small.measures.batch_entries.sum() == 2);
  CHECK(small.measures.batch_entries.counted(0) == 2);
  CHECK(small.measures.sync_micros.counted(0) == 2);   // its clock stands still
}

TEST_CASE("sequencer: while nothing is committed it tells since when the oldest command waits") {
  SmallLedger small;
  small.start();
  CHECK_FALSE(small.sequencer->oldest_waiting());
  std::promise<void> go_on;
  const auto held = go_on.get_future().share();
  std::promise<void> reached;
  small.may_write = [&, first = true]() mutable {
    if (std::exchange(first, false)) reached.set_value();
    held.wait();
    return Result<void>{};
  };
  auto first = small.sequencer->submit(small.opening(1, "first"));
  reached.get_future().wait();
  const auto came = small.clock.steady_micros();
  auto second = small.sequencer->submit(small.opening(1, "second"));
  CHECK(small.sequencer->oldest_waiting() == came);
  go_on.set_value();
  CHECK(first.get());
  CHECK(second.get());
}

TEST_CASE("sequencer: an entry that is too large changes nothing") {
  SmallLedger small;
  small.start();
  Command large = small.opening(1, "k1");
  large.entry.payload.assign(entry_bytes_max, 0);
  CHECK(small.record(std::move(large)).error().code == Code::too_large);
  CHECK(small.record(small.opening(1, "k1"))->first == Position{0});
}

TEST_CASE("sequencer: while writes are stopped only recorded answers are given") {
  SmallLedger small;
  small.start();
  REQUIRE(small.record(small.opening(1, "k1")));
  small.may_write = [] { return Result<void>(error(Code::full, "no room")); };
  CHECK(small.record(small.opening(1, "k2")).error().code == Code::full);
  CHECK(small.record(small.opening(1, "k1"))->replayed);
  CHECK(small.ledger->head().size == 1);
}

TEST_CASE("sequencer: entries of the engine's own are told their position and stand together") {
  SmallLedger small;
  small.start();
  REQUIRE(small.record(small.opening(1, "k1")));
  Position told;
  const auto own = small.sequencer->submit_own([&](Position first) {
    told = first;
    return std::vector{clock_confirmed(*small.catalogue, ClockSource::wall, 7, first), refusals_suppressed(*small.catalogue, {.count = 1, .since = {}, .until = {}})};
  }).get();
  REQUIRE(own);
  CHECK(told == Position{1});
  CHECK(own->first == Position{1});
  CHECK(own->count == 2);
  const std::vector<Entry> entries = entries_of(*small.ledger);
  REQUIRE(entries.size() == 3);
  CHECK(entries[1].kind == Kind::ledger);
  CHECK(entries[1].recorded_at == small.clock.now());
  CHECK(entries[1].event_id != entries[2].event_id);
  CHECK(std::get<std::int64_t>(small.ledger->reg("clock/confirmed")->held) == 1);
}

TEST_CASE("sequencer: a failed sync stops it for good, and nobody is told that his entry is kept") {
  SmallLedger small;
  small.start();
  REQUIRE(small.record(small.opening(1, "k1")));
  small.disk.refuse_syncs = true;
  CHECK(small.record(small.opening(1, "k2")).error().code == Code::unavailable);
  REQUIRE(small.stopped_by);
  small.disk.refuse_syncs = false;
  CHECK(small.record(small.opening(1, "k3")).error().code == Code::unavailable);
  CHECK(small.record(small.opening(1, "k1")).error().code == Code::unavailable);
  CHECK(small.ledger->head().size == 1);
}

TEST_CASE("sequencer: of a series nothing is decided after what was not recorded, and others go on") {
  SmallLedger small;
  Gate gate(*small.ledger);
  small.start();
  auto first = small.sequencer->submit(small.opening(1, "first"));
  gate.wait_until_entered();   // what comes now is decided in one batch
  const auto series = std::make_shared<Series>();
  const auto one_of_it = [&](Command command) {
    command.series = series;
    return small.sequencer->submit(std::move(command));
  };
  auto good = one_of_it(small.opening(1, "good"));
  auto bad = one_of_it(small.closing(CaseId{}, 1, "bad"));
  auto after = one_of_it(small.opening(1, "after"));
  auto of_another = small.sequencer->submit(small.opening(1, "of another"));
  gate.open();
  CHECK(first.get());
  CHECK(good.get());
  CHECK(bad.get().error().code == Code::not_found);
  CHECK_FALSE(after.get());
  CHECK(of_another.get()->first == Position{2});
  CHECK(small.ledger->head().size == 3);
  CHECK_FALSE(one_of_it(small.opening(1, "later")).get());
}

TEST_CASE("sequencer: a series ends with what found no room, so that nothing after it comes before it") {
  SmallLedger small;
  small.queue_max = 0;
  small.start();
  Command command = small.opening(1, "k1");
  command.series = std::make_shared<Series>();
  CHECK(small.sequencer->submit(command).get().error().code == Code::busy);
  CHECK(command.series->ended);
}
