#include "engine/ledger/ledger.h"

#include <fstream>
#include <iterator>
#include <thread>

#include "engine/ledger/tree.h"
#include "tests/engine/ledger/told_ledger.h"
#include "tests/engine/ledger/worked_example.h"

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

namespace {

namespace fs = std::filesystem;

Bytes content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const std::string& path, ByteView bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

// The folder of a ledger as a power cut would leave it: everything synced, nothing flushed.
std::string interrupted(const ToldLedger& told) {
  const std::string copy = told.scratch / "interrupted";
  fs::remove_all(copy);
  fs::copy(told.folder, copy);
  return copy;
}

std::string file_in(const std::string& folder, std::string_view part) {
  for (const auto& item : fs::directory_iterator(folder)) {
    const std::string name = item.path().filename().string();
    if (name.find(part) != std::string::npos && fs::file_size(item.path()) > 0) return item.path().string();
  }
  FAIL("no such file");
  return {};
}

std::vector<Hash> leaves_of(const Ledger& ledger) {
  std::vector<Hash> leaves;
  for (std::uint64_t at = 0; at < ledger.head().size; ++at) leaves.push_back(leaf_hash(*ledger.read_bytes(Position{at})));
  return leaves;
}

}  // namespace

TEST_CASE("ledger: RocksDB runs with the options of the design") {
  ToldLedger told;
  told.stop();
  const auto store = open_store({.folder = told.folder, .env = rocksdb::Env::Default(), .access = Access::write, .create = false, .sync = true});
  REQUIRE(store);
  const rocksdb::DBOptions options = (*store)->db->GetDBOptions();
  CHECK(options.wal_recovery_mode == rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords);
  CHECK(options.track_and_verify_wals_in_manifest);
  CHECK(options.recycle_log_file_num == 0);
  CHECK(options.max_bgerror_resume_count == 0);
  CHECK(options.paranoid_checks);
  REQUIRE(options.file_checksum_gen_factory);
  CHECK(std::string_view(options.file_checksum_gen_factory->Name()) == rocksdb::GetFileChecksumGenCrc32cFactory()->Name());
  for (rocksdb::ColumnFamilyHandle* family : (*store)->families) CHECK((*store)->db->GetOptions(family).compression == rocksdb::kLZ4Compression);
}

TEST_CASE("ledger: every table file carries its checksum from the first on, and no other file is left in the folder") {
  ToldLedger told;
  told.tell(20);
  told.stop();
  const auto store = open_store({.folder = told.folder, .env = rocksdb::Env::Default(), .access = Access::read, .create = false, .sync = true});
  REQUIRE(store);
  std::vector<rocksdb::LiveFileMetaData> files;
  (*store)->db->GetLiveFilesMetaData(&files);
  REQUIRE_FALSE(files.empty());
  for (const rocksdb::LiveFileMetaData& file : files) CHECK(file.file_checksum_func_name == "FileChecksumCrc32c");
  for (const auto& item : fs::directory_iterator(told.folder)) CHECK_FALSE(item.path().filename().string().starts_with("LOG"));
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

TEST_CASE("ledger: opened again at any size around a full tile it goes on with the same tree") {
  ToldLedger told;
  for (const std::uint64_t size : {255ull, 256ull, 257ull, 512ull, 600ull}) {
    told.tell(size - told.size());
    const Head before = told.ledger->head();
    const Instant last = told.ledger->last_recorded_at();
    const auto registers = told.ledger->registers();
    const auto state = *told.ledger->state(told_case(3));
    if (size % 2 == 0) REQUIRE(told.ledger->close());   // else as after kill -9
    told.ledger.reset();
    told.open();
    CHECK(told.ledger->head().size == before.size);
    CHECK(told.ledger->head().root == before.root);
    CHECK(told.ledger->staged_size() == before.size);
    CHECK(told.ledger->last_recorded_at() == last);
    CHECK(told.ledger->registers() == registers);
    CHECK(*told.ledger->state(told_case(3)) == state);
    CHECK(*told.ledger->staged_state(told_case(3)) == state);
  }
  told.stop();
  CHECK(told.check().verdict == Verdict::sound);
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

TEST_CASE("ledger: a sync that fails fails the commit, and nothing of it is shown to readers") {
  SmallLedger small;
  append(small, entry_at(small, 0, case_number(1), 1, "a"));
  const Head before = small.ledger->head();
  Batch batch;
  REQUIRE(small.ledger->stage({entry_at(small, 1, case_number(2), 1, "b")}, batch));
  small.disk.refuse_syncs = true;
  const auto failed = small.ledger->commit(batch);
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == Code::unavailable);
  CHECK(small.ledger->head().size == before.size);
  CHECK(small.ledger->read_bytes(Position{1}).error().code == Code::not_found);
}

TEST_CASE("ledger: after a failed sync no later write is taken, even if the disk has recovered") {
  SmallLedger small;
  append(small, entry_at(small, 0, case_number(1), 1, "a"));
  Batch batch, next;
  REQUIRE(small.ledger->stage({entry_at(small, 1, case_number(2), 1, "b")}, batch));
  REQUIRE(small.ledger->stage({entry_at(small, 2, case_number(3), 1, "c")}, next));
  small.disk.refuse_syncs = true;
  CHECK_FALSE(small.ledger->commit(batch));
  small.disk.refuse_syncs = false;
  CHECK_FALSE(small.ledger->commit(next));
  CHECK(small.ledger->head().size == 1);
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

TEST_CASE("ledger: readers only read, and may read what is still in the write-ahead log") {
  ToldLedger told;
  told.tell(10);
  const Head head = told.ledger->head();
  told.ledger.reset();
  told.open(false, Access::read);
  CHECK(told.ledger->head().root == head.root);
  CHECK(told.ledger->read(Position{13})->position == Position{13});
  REQUIRE(told.ledger->close());
  const std::string log = file_in(told.folder, ".log");
  told.ledger.reset();
  CHECK(fs::file_size(log) > 0);
}

TEST_CASE("ledger: a copy made while it is being written to is a ledger of its own") {
  ToldLedger told;
  told.tell(30);
  const Head head = told.ledger->head();
  const std::string copy = told.scratch / "copy";
  REQUIRE(told.ledger->copy_to(copy));
  told.tell(5);
  const auto opened = Ledger::open({.folder = copy, .access = Access::read});
  REQUIRE(opened);
  CHECK((*opened)->head().size == head.size);
  CHECK((*opened)->head().root == head.root);
  CHECK(told.ledger->copy_to(copy).error().code == Code::unavailable);
}

TEST_CASE("ledger: it is made once, and opened only where it is") {
  Scratch scratch;
  CHECK(Ledger::open({.folder = scratch / "ledger"}).error().code == Code::not_found);
  REQUIRE(Ledger::open({.folder = scratch / "ledger", .create = true}));
  CHECK(Ledger::open({.folder = scratch / "ledger", .create = true}).error().code == Code::conflict);
  CHECK((*Ledger::open({.folder = scratch / "ledger"}))->head().size == 0);
}

TEST_CASE("ledger: a database of somebody else is not taken for one") {
  Scratch scratch;
  const std::string folder = scratch / "db";
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* raw = nullptr;
  REQUIRE(rocksdb::DB::Open(options, folder, &raw).ok());
  delete raw;
  CHECK(Ledger::open({.folder = folder}).error().code == Code::foreign);

  ToldLedger told;
  told.stop();
  {
    const auto store = open_store({.folder = told.folder, .env = rocksdb::Env::Default(), .access = Access::write, .create = false, .sync = true});
    REQUIRE(store);
    rocksdb::ColumnFamilyHandle* more = nullptr;
    REQUIRE((*store)->db->CreateColumnFamily({}, "more", &more).ok());
    REQUIRE((*store)->db->DestroyColumnFamilyHandle(more).ok());
  }
  CHECK(Ledger::open({.folder = told.folder}).error().code == Code::foreign);
}

TEST_CASE("ledger: a newer format is refused by number, and one that says none is damaged") {
  ToldLedger told;
  told.stop();
  told.raw().put(Family::meta, view(format_key), Bytes{0, 2});
  const auto newer = Ledger::open({.folder = told.folder});
  REQUIRE_FALSE(newer);
  CHECK(newer.error().code == Code::newer);
  CHECK(newer.error().message.find("format 2") != std::string::npos);
}

TEST_CASE("ledger: a write torn by a crash heals, and everything before it is there") {
  ToldLedger told;
  told.tell(10);
  const Head before = told.ledger->head();
  const std::uintmax_t whole = fs::file_size(file_in(told.folder, ".log"));
  told.tell(1);
  const std::string copy = interrupted(told);
  const std::string log = file_in(copy, ".log");
  const Bytes kept = content(log);
  REQUIRE(kept.size() > whole + 600);
  const auto heals = [&](ByteView torn) {
    write(log, torn);
    const auto opened = Ledger::open({.folder = copy, .access = Access::read});
    REQUIRE(opened);
    CHECK((*opened)->head().size == before.size);
    CHECK((*opened)->head().root == before.root);
    CHECK(content(log) == Bytes(torn.begin(), torn.end()));
  };
  for (std::size_t cut = whole; cut < kept.size(); cut += 37) heals(ByteView(kept).first(cut));
  Bytes lost = kept;
  std::fill(lost.end() - 600, lost.end() - 20, std::uint8_t{0});
  heals(lost);
  {
    const auto opened = Ledger::open({.folder = copy});
    REQUIRE(opened);
    CHECK((*opened)->staged_size() == before.size);
    REQUIRE((*opened)->close());
  }
  CHECK((*Ledger::open({.folder = copy}))->head().root == before.root);
}

TEST_CASE("ledger: an altered byte or length in WAL or MANIFEST refuses the start, file and offset named") {
  ToldLedger told;
  told.tell(10);
  const std::string copy = interrupted(told);
  for (const std::string_view part : {".log", "MANIFEST"}) {
    const std::string path = file_in(copy, part);
    const Bytes kept = content(path);
    for (const std::size_t at : {std::size_t{0}, std::size_t{4}, std::size_t{5}, std::size_t{6}, std::size_t{9}, kept.size() / 2, kept.size() - 40, kept.size() - 1}) {
      Bytes altered = kept;
      altered[at] ^= 0x01;
      write(path, altered);
      for (const Access access : {Access::read, Access::write}) {
        const auto opened = Ledger::open({.folder = copy, .access = access});
        CAPTURE(at);
        REQUIRE_FALSE(opened);
        CHECK(opened.error().code == Code::damaged);
        CHECK(opened.error().message.find(path) != std::string::npos);
        CHECK(opened.error().message.find("at byte ") != std::string::npos);
      }
    }
    write(path, kept);
  }
  CHECK((*Ledger::open({.folder = copy}))->head().root == told.ledger->head().root);
}

TEST_CASE("ledger: what it needs to go on and cannot read refuses the start") {
  const auto refused = [](const std::function<void(const RawStore&)>& damage) {
    ToldLedger told;
    told.tell(260);
    told.stop();
    damage(told.raw());
    const auto opened = Ledger::open({.folder = told.folder});
    return !opened && opened.error().code == Code::damaged;
  };
  CHECK(refused([](const RawStore& raw) { raw.put(Family::meta, view(tree_key), Bytes(7, 0)); }));
  CHECK(refused([](const RawStore& raw) { raw.put(Family::meta, view(tree_key), Bytes(8, 0)); }));
  CHECK(refused([](const RawStore& raw) { raw.put(Family::meta, view(tree_key), Bytes(8, 0xff)); }));
  CHECK(refused([](const RawStore& raw) { raw.erase(Family::entries, position_key(Position{263})); }));
  CHECK(refused([](const RawStore& raw) { raw.put(Family::entries, position_key(Position{263}), Bytes(100, 1)); }));
  CHECK(refused([](const RawStore& raw) { raw.erase(Family::leaves, position_key(Position{260})); }));
  CHECK(refused([](const RawStore& raw) { raw.put(Family::leaves, position_key(Position{260}), Bytes(31, 1)); }));
  CHECK(refused([](const RawStore& raw) { raw.put(Family::tiles, tile_key(0, 0), Bytes(255 * 32, 1)); }));
  CHECK(refused([](const RawStore& raw) { raw.put(Family::registers, view(std::string_view("clock/confirmed")), Bytes{}); }));
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
