#include "engine/ledger/ledger.h"

#include "engine/ledger/tree.h"
#include "tests/engine/small_ledger.h"

using namespace acta;

namespace {

// The next entry of a case that opens or goes on, as the sequencer would hand it over.
Entry entry_at(const SmallLedger& small, std::uint64_t position, const CaseId& id, Revision revision, std::string_view key) {
  Entry entry = small.opening(1, key).entry;
  entry.position = Position{position};
  entry.case_id = id;
  entry.revision = revision;
  entry.definition = small.definition->hash();
  entry.occurred_at = entry.recorded_at = Instant{static_cast<std::int64_t>(1'000'000 + position)};
  const Hash command = sha256(view(key));
  CommandId of;
  std::copy_n(command.bytes.begin(), 16, of.bytes.begin());
  entry.command = CommandRef{.id = of, .body = {}, .index = 0, .count = 1};
  entry.effect = Effect{};
  entry.effect->configuration = {"open"};
  return entry;
}

CaseId case_number(std::uint8_t number) {
  CaseId id;
  id.bytes.fill(number);
  return id;
}

void append(SmallLedger& small, Entry entry) {
  Batch batch;
  REQUIRE(small.ledger->stage({std::move(entry)}, batch));
  REQUIRE(small.ledger->commit(batch));
}

}  // namespace

TEST_CASE("ledger: what is staged is seen by the sequencer at once, by readers after the commit") {
  SmallLedger small;
  const CaseId id = case_number(1);
  const Entry entry = entry_at(small, 0, id, 1, "k");
  Batch batch;
  REQUIRE(small.ledger->stage({entry}, batch));
  CHECK(small.ledger->staged_size() == 1);
  CHECK((**small.ledger->staged_state(id)).revision == 1);
  CHECK(small.ledger->staged_command(entry.command->id)->first == Position{0});
  CHECK(small.ledger->head().size == 0);
  CHECK(small.ledger->read(Position{0}).error().code == Code::not_found);
  CHECK_FALSE(*small.ledger->state(id));
  REQUIRE(small.ledger->commit(batch));
  CHECK(small.ledger->head().size == 1);
  CHECK(small.ledger->head().root == leaf_hash(*small.ledger->read_bytes(Position{0})));
  CHECK((**small.ledger->state(id)).revision == 1);
  CHECK(small.ledger->command(entry.command->id)->first == Position{0});
}

TEST_CASE("ledger: an append against a stale head changes nothing") {
  SmallLedger small;
  append(small, entry_at(small, 0, case_number(1), 1, "a"));
  const Head before = small.ledger->head();
  Batch batch;
  for (const std::uint64_t position : {0ull, 2ull, 1'000ull}) CHECK(small.ledger->stage({entry_at(small, position, case_number(2), 1, "b")}, batch).error().code == Code::stale);
  CHECK(batch.empty());
  CHECK(small.ledger->staged_size() == before.size);
  CHECK(small.ledger->head().root == before.root);
}

TEST_CASE("ledger: of several entries all are staged or none") {
  SmallLedger small;
  Batch batch;
  std::vector<Entry> entries = {entry_at(small, 0, case_number(1), 1, "a"), entry_at(small, 1, case_number(1), 7, "b")};
  CHECK(small.ledger->stage(std::move(entries), batch).error().code == Code::damaged);
  CHECK(batch.empty());
  CHECK(small.ledger->staged_size() == 0);
  CHECK_FALSE(*small.ledger->staged_state(case_number(1)));
}

TEST_CASE("ledger: time does not go back from one position to the next") {
  SmallLedger small;
  append(small, entry_at(small, 0, case_number(1), 1, "a"));
  Entry earlier = entry_at(small, 1, case_number(2), 1, "b");
  earlier.recorded_at = Instant{5};
  Batch batch;
  CHECK(small.ledger->stage({std::move(earlier)}, batch).error().code == Code::damaged);
}

TEST_CASE("ledger: reopened it goes on where it was, tree and tiles included") {
  SmallLedger small;
  std::vector<Hash> leaves;
  constexpr std::uint64_t count = 600;
  for (std::uint64_t at = 0; at < count; ++at) {
    append(small, entry_at(small, at, case_number(static_cast<std::uint8_t>(at % 200)), static_cast<Revision>(at / 200 + 1), "k" + std::to_string(at)));
    leaves.push_back(leaf_hash(*small.ledger->read_bytes(Position{at})));
    if (at % 251 != 250) continue;
    REQUIRE(small.ledger->close());
    small.ledger.reset();
    small.ledger = small.opened(false);
  }
  RightEdge edge;
  for (const Hash& leaf : leaves) edge.append(leaf);
  CHECK(small.ledger->head().size == count);
  CHECK(small.ledger->head().root == edge.root());
  const auto read = small.ledger->subtree_reader();
  for (const std::uint64_t index : {0ull, 255ull, 256ull, 511ull, 512ull, 599ull}) CHECK(inclusion_holds(index, count, leaves[index], *inclusion_proof(index, count, read), edge.root()));
  CHECK(small.ledger->positions_of(case_number(7))->size() == 3);
  CHECK((**small.ledger->state(case_number(7))).revision == 3);
}

TEST_CASE("ledger: a scan gives every entry of a range, in order, until it is told to stop") {
  SmallLedger small;
  for (std::uint64_t at = 0; at < 5; ++at) append(small, entry_at(small, at, case_number(static_cast<std::uint8_t>(at + 1)), 1, "k" + std::to_string(at)));
  std::vector<std::uint64_t> seen;
  REQUIRE(small.ledger->scan(Position{1}, Position{99}, [&](Position at, ByteView) {
    seen.push_back(at.value);
    return seen.size() < 3;
  }));
  CHECK(seen == std::vector<std::uint64_t>{1, 2, 3});
}
