#include "engine/ledger/ledger.h"

#include <thread>

#include "engine/ledger/tree.h"
#include "tests/engine/ledger/told_ledger.h"
#include "tests/engine/ledger/worked_example.h"

using namespace acta;

namespace {

std::vector<Hash> leaves_of(const Ledger& ledger) {
  std::vector<Hash> leaves;
  for (std::uint64_t at = 0; at < ledger.head().size; ++at) leaves.push_back(leaf_hash(*ledger.read_bytes(Position{at})));
  return leaves;
}

}  // namespace

TEST_CASE("ledger: what is staged is seen by the sequencer at once, by readers after the commit") {
  ToldLedger told;
  const std::uint64_t size = told.size();
  const Entry entry = told.entry(Kind::event, told_case(1), size);
  Batch batch;
  REQUIRE(told.ledger->stage({entry}, batch));
  CHECK(told.ledger->staged_size() == size + 1);
  CHECK((**told.ledger->staged_state(told_case(1))).revision == 1);
  CHECK(told.ledger->staged_command(entry.command->id)->first == Position{size});
  CHECK(told.ledger->head().size == size);
  CHECK(told.ledger->read(Position{size}).error().code == Code::not_found);
  CHECK_FALSE(*told.ledger->state(told_case(1)));
  REQUIRE(told.ledger->commit(batch));
  CHECK(told.ledger->head().size == size + 1);
  CHECK(*told.ledger->leaf(Position{size}) == leaf_hash(*told.ledger->read_bytes(Position{size})));
  CHECK((**told.ledger->state(told_case(1))).revision == 1);
  CHECK(told.ledger->command(entry.command->id)->first == Position{size});
}

TEST_CASE("ledger: an append against a stale head changes nothing") {
  ToldLedger told;
  told.append(Kind::event, 1);
  const Head before = told.ledger->head();
  Batch batch;
  for (const std::uint64_t position : {std::uint64_t{0}, before.size - 1, before.size + 1, before.size + 1'000}) CHECK(told.ledger->stage({told.entry(Kind::event, told_case(2), position)}, batch).error().code == Code::stale);
  CHECK(batch.empty());
  CHECK(told.ledger->staged_size() == before.size);
  CHECK(told.ledger->head().root == before.root);
}

TEST_CASE("ledger: of several entries all are staged or none") {
  ToldLedger told;
  const std::uint64_t size = told.size();
  std::vector<Entry> entries = {told.entry(Kind::event, told_case(1), size), told.entry(Kind::event, told_case(1), size + 1)};
  entries[1].revision = 7;
  Batch batch;
  CHECK(told.ledger->stage(std::move(entries), batch).error().code == Code::damaged);
  CHECK(batch.empty());
  CHECK(told.ledger->staged_size() == size);
  CHECK_FALSE(*told.ledger->staged_state(told_case(1)));
}

TEST_CASE("ledger: time does not go back from one position to the next") {
  ToldLedger told;
  Entry earlier = told.entry(Kind::event, told_case(1), told.size());
  earlier.recorded_at = Instant{5};
  Batch batch;
  CHECK(told.ledger->stage({std::move(earlier)}, batch).error().code == Code::damaged);
}

TEST_CASE("ledger: a scan gives every entry of a range, in order, until it is told to stop") {
  ToldLedger told;
  told.tell(5);
  std::vector<std::uint64_t> seen;
  REQUIRE(told.ledger->scan(Position{1}, Position{99}, [&](Position at, ByteView) {
    seen.push_back(at.value);
    return seen.size() < 3;
  }));
  CHECK(seen == std::vector<std::uint64_t>{1, 2, 3});
}

TEST_CASE("ledger: a sync that fails fails the commit, and nothing of it is shown to readers") {
  ToldLedger told;
  const Head before = told.ledger->head();
  Batch batch;
  REQUIRE(told.ledger->stage({told.entry(Kind::event, told_case(1), before.size)}, batch));
  told.disk.refuse_syncs = true;
  const auto failed = told.ledger->commit(batch);
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == Code::unavailable);
  CHECK(told.ledger->head().size == before.size);
  CHECK(told.ledger->read_bytes(Position{before.size}).error().code == Code::not_found);
}

TEST_CASE("ledger: after a failed sync no later write is taken, even if the disk has recovered") {
  ToldLedger told;
  const std::uint64_t size = told.size();
  Batch batch, next;
  REQUIRE(told.ledger->stage({told.entry(Kind::event, told_case(1), size)}, batch));
  REQUIRE(told.ledger->stage({told.entry(Kind::event, told_case(2), size + 1)}, next));
  told.disk.refuse_syncs = true;
  CHECK_FALSE(told.ledger->commit(batch));
  told.disk.refuse_syncs = false;
  CHECK_FALSE(told.ledger->commit(next));
  CHECK(told.ledger->head().size == size);
}

TEST_CASE("ledger: around the borders of tiles the tree is the definition's, and every proof holds") {
  ToldLedger told;
  for (const std::uint64_t size : {5ull, 255ull, 256ull, 257ull, 511ull, 512ull, 513ull, 1'030ull}) {
    CAPTURE(size);
    told.tell(size - told.size());
    const std::vector<Hash> leaves = leaves_of(*told.ledger);
    const Hash root = told.ledger->head().root;
    CHECK(root == example::root_of(leaves));
    const SubtreeReader read = told.ledger->subtree_reader();
    for (std::uint64_t index = 0; index < size; ++index) {
      CHECK(*told.ledger->leaf(Position{index}) == leaves[index]);
      REQUIRE(inclusion_holds(index, size, leaves[index], *inclusion_proof(index, size, read), root));
    }
    for (std::uint64_t from = 1; from <= size; from += 1 + from / 9) REQUIRE(consistency_holds(from, size, example::root_of(std::span(leaves).first(from)), root, *consistency_proof(from, size, read)));
  }
}

TEST_CASE("ledger: what is staged in several batches is committed in their order, each visible alone") {
  ToldLedger told;
  const std::uint64_t size = told.size();
  Batch first, second;
  REQUIRE(told.ledger->stage({told.entry(Kind::event, told_case(1), size)}, first));
  REQUIRE(told.ledger->stage({told.entry(Kind::event, told_case(1), size + 1), told.entry(Kind::event, told_case(2), size + 2)}, second));
  CHECK(told.ledger->staged_size() == size + 3);
  CHECK((**told.ledger->staged_state(told_case(1))).revision == 2);
  REQUIRE(told.ledger->commit(first));
  CHECK(first.empty());
  CHECK(told.ledger->head().size == size + 1);
  CHECK((**told.ledger->state(told_case(1))).revision == 1);
  CHECK((**told.ledger->staged_state(told_case(1))).revision == 2);
  CHECK_FALSE(*told.ledger->state(told_case(2)));
  CHECK(told.ledger->positions_of(told_case(1))->size() == 1);
  CHECK(told.ledger->reg("reference/TOLD/2023") == number(static_cast<std::int64_t>(size)));
  CHECK(told.ledger->registers().at("reference/TOLD/2023") == number(static_cast<std::int64_t>(size + 2)));
  REQUIRE(told.ledger->commit(second));
  CHECK(told.ledger->head().size == size + 3);
  CHECK((**told.ledger->state(told_case(2))).revision == 1);
}

TEST_CASE("ledger: a register that an entry removes is gone, before and after opening again") {
  ToldLedger told;
  told.append(Kind::event, 1);
  Entry removing = told.entry(Kind::event, told_case(1), told.size());
  removing.effect->registers = {{"reference/TOLD/2023", {}}};
  told.append({std::move(removing)});
  CHECK_FALSE(told.ledger->registers().contains("reference/TOLD/2023"));
  CHECK_FALSE(told.ledger->reg("reference/TOLD/2023"));
  told.stop();
  told.open();
  CHECK_FALSE(told.ledger->registers().contains("reference/TOLD/2023"));
}

TEST_CASE("ledger: refusals and notices stand in the history of their case and raise no revision") {
  ToldLedger told;
  told.append(Kind::event, 1);
  told.append(Kind::refusal, 1);
  told.append(Kind::notice, 1);
  told.append(Kind::event, 1);
  const auto state = *told.ledger->state(told_case(1));
  CHECK(state->revision == 2);
  CHECK(state->changed_by == Position{7});
  CHECK(*told.ledger->positions_of(told_case(1)) == std::vector<Position>{Position{4}, Position{5}, Position{6}, Position{7}});
  CHECK(told.ledger->positions_of(told_case(9))->empty());
  CHECK_FALSE(told.ledger->read(Position{5})->effect);
  for (const std::uint64_t at : {4ull, 6ull, 7ull}) CHECK(told.ledger->read(Position{at})->effect->state);
}

TEST_CASE("ledger: a notice about a case that was never opened is refused and changes nothing") {
  ToldLedger told;
  Batch batch;
  CHECK(told.ledger->stage({told.entry(Kind::notice, told_case(1), told.size())}, batch).error().code == Code::damaged);
  CHECK(batch.empty());
  CHECK(told.size() == ToldLedger::genesis_entries);
}

TEST_CASE("ledger: the command index leads to the first entry of a command over several cases") {
  ToldLedger told;
  std::vector<Entry> entries;
  for (std::uint16_t i = 0; i < 3; ++i) {
    entries.push_back(told.entry(Kind::event, told_case(i + 1u), told.size() + i));
    entries.back().command = told.command_at(told.size() + i, i, 3);
  }
  const CommandId id = entries[0].command->id;
  told.append(std::move(entries));
  REQUIRE(told.ledger->command(id));
  CHECK(told.ledger->command(id)->first == Position{4});
  CHECK(told.ledger->command(id)->count == 3);
  CHECK(told.ledger->staged_command(id)->first == Position{4});
  CHECK_FALSE(told.ledger->command(CommandId{{1, 2, 3}}));
}

TEST_CASE("ledger: an entry that is too large is refused with all that came with it") {
  ToldLedger told;
  std::vector<Entry> entries = {told.entry(Kind::event, told_case(1), told.size()), told.entry(Kind::event, told_case(2), told.size() + 1)};
  entries[1].payload = Bytes(entry_bytes_max, 1);
  Batch batch;
  CHECK(told.ledger->stage(std::move(entries), batch).error().code == Code::too_large);
  CHECK(batch.empty());
  CHECK(told.size() == ToldLedger::genesis_entries);
  CHECK_FALSE(*told.ledger->staged_state(told_case(1)));
}

TEST_CASE("ledger: an empty append is nothing at all") {
  ToldLedger told;
  Batch batch;
  REQUIRE(told.ledger->stage({}, batch));
  CHECK(batch.empty());
  CHECK(told.size() == ToldLedger::genesis_entries);
}

TEST_CASE("ledger: states of more cases than are kept in memory are all there") {
  ToldLedger told;
  constexpr std::uint64_t cases = 5'000;
  told.tell(cases, cases);
  for (std::uint64_t number = 0; number < cases; number += 97) {
    CHECK((**told.ledger->staged_state(told_case(number))).revision == 1);
    CHECK((**told.ledger->state(told_case(number))).revision == 1);
  }
  told.tell(cases, cases);
  CHECK((**told.ledger->staged_state(told_case(0))).revision == 2);
}

TEST_CASE("ledger: whoever waits is woken by the commit, and listeners are told the new size") {
  ToldLedger told;
  std::vector<std::uint64_t> sizes;
  told.ledger->on_commit([&](std::uint64_t size) { sizes.push_back(size); });
  CHECK(told.ledger->wait_beyond(told.size(), 1) == told.size());
  std::uint64_t woken_at = 0;
  std::thread waiting([&] { woken_at = told.ledger->wait_beyond(ToldLedger::genesis_entries, 60'000); });
  told.append(Kind::event, 1);
  waiting.join();
  CHECK(woken_at == ToldLedger::genesis_entries + 1);
  told.append(Kind::event, 1);
  CHECK(sizes == std::vector<std::uint64_t>{5, 6});
}

TEST_CASE("ledger: a hole is told to whoever reads over it") {
  ToldLedger told;
  told.tell(10);
  told.stop();
  told.raw().erase(Family::entries, position_key(Position{6}));
  told.open();
  CHECK(told.ledger->read_bytes(Position{6}).error().code == Code::damaged);
  std::vector<std::uint64_t> seen;
  const auto scanned = told.ledger->scan(Position{4}, Position{10}, [&](Position at, ByteView) {
    seen.push_back(at.value);
    return true;
  });
  REQUIRE_FALSE(scanned);
  CHECK(scanned.error().code == Code::damaged);
  CHECK(scanned.error().message.find("entry 6") != std::string::npos);
  CHECK(seen == std::vector<std::uint64_t>{4, 5});
}

TEST_CASE("ledger: beyond its head there is nothing, neither entry nor leaf") {
  ToldLedger told;
  for (const std::uint64_t at : {std::uint64_t{4}, std::uint64_t{5}, UINT64_MAX}) {
    CHECK(told.ledger->read_bytes(Position{at}).error().code == Code::not_found);
    CHECK(told.ledger->read(Position{at}).error().code == Code::not_found);
    CHECK(told.ledger->leaf(Position{at}).error().code == Code::not_found);
  }
  CHECK(told.ledger->scan(Position{4}, Position{UINT64_MAX}, [](Position, ByteView) { return false; }));
}
