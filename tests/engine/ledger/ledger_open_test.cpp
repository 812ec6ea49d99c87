// What a ledger makes of the folder it finds: what heals, what goes on, and what refuses the start.

#include <rocksdb/table.h>

#include "engine/ledger/ledger.h"
#include "tests/engine/files.h"
#include "tests/engine/ledger/told_ledger.h"

using namespace acta;
namespace fs = std::filesystem;

namespace {

// The folder of a ledger as a power cut would leave it: everything synced, nothing flushed.
std::string interrupted(const ToldLedger& told) {
  const std::string copy = told.scratch / "interrupted";
  fs::remove_all(copy);
  fs::copy(told.folder, copy);
  return copy;
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
  const auto options_of = [&](Family family) { return (*store)->db->GetOptions((*store)->family(family)); };
  CHECK(options_of(Family::entries).compression == rocksdb::kZSTD);
  CHECK(options_of(Family::leaves).compression == rocksdb::kNoCompression);
  for (const Family family : {Family::commands, Family::states}) {
    const auto* table = options_of(family).table_factory->GetOptions<rocksdb::BlockBasedTableOptions>();
    CHECK_MESSAGE(table->filter_policy, "a new command must not be looked for in every table");
  }
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
    CHECK(**told.ledger->staged_state(told_case(3)) == *state);
  }
  told.stop();
  CHECK(told.check().verdict == Verdict::sound);
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

  ToldLedger silent;
  silent.stop();
  silent.raw().erase(Family::meta, view(format_key));
  CHECK(Ledger::open({.folder = silent.folder}).error().code == Code::damaged);
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
