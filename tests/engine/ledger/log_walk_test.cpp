// One altered byte in a write-ahead log must never pass for a cut tail, and no cut or torn tail for an altered byte.

#include "engine/ledger/log_walk.h"

#include <doctest/doctest.h>
#include <rocksdb/db.h>

#include <random>

#include "engine/folders.h"
#include "engine/ledger/log_record.h"
#include "tests/engine/files.h"
#include "tests/engine/recording.h"

using namespace acta;
namespace fs = std::filesystem;

namespace {

rocksdb::Env& disk() { return *rocksdb::Env::Default(); }

// The write-ahead log of values that RocksDB wrote, one synced write each.
Bytes log_of(const std::vector<std::size_t>& value_sizes) {
  const Scratch scratch;
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* raw = nullptr;
  REQUIRE(rocksdb::DB::Open(options, scratch / "db", &raw).ok());
  const std::unique_ptr<rocksdb::DB> db(raw);
  std::mt19937 dice(7);
  rocksdb::WriteOptions synced;
  synced.sync = true;
  for (const std::size_t size : value_sizes) {
    std::string value(size, ' ');
    for (char& c : value) c = static_cast<char>(dice());
    REQUIRE(db->Put(synced, "key", value).ok());
  }
  for (const auto& item : fs::directory_iterator(scratch / "db"))
    if (item.path().extension() == ".log") return content(item.path().string());
  FAIL("no write-ahead log");
  return {};
}

// What a walk makes of a file with that content.
struct Walked {
  Scratch scratch;
  std::string path = scratch / "000004.log";
  Result<std::uint64_t> operator()(ByteView bytes) const {
    write(path, bytes);
    return walk_log_file(disk(), path);
  }
};

// Offsets of the records, one after the other; the last is the end of the file.
std::vector<std::size_t> records_of(ByteView file) {
  std::vector<std::size_t> offsets;
  std::size_t at = 0;
  while (at < file.size()) {
    const std::size_t block_end = std::min(file.size(), (at / log_block_bytes + 1) * log_block_bytes);
    if (const auto record = whole_log_record(file.subspan(at, block_end - at))) {
      offsets.push_back(at);
      at += record->bytes;
    } else {
      REQUIRE(block_end - at < log_header_bytes);
      at = block_end;
    }
  }
  offsets.push_back(at);
  return offsets;
}

void check_names(const Result<std::uint64_t>& walked, const std::string& path, std::size_t offset) {
  REQUIRE_FALSE(walked);
  CHECK(walked.error().code == Code::damaged);
  CHECK(walked.error().message.find(path) != std::string::npos);
  CHECK(walked.error().message.find("at byte " + std::to_string(offset) + ";") != std::string::npos);
}

void lose(Bytes& file, std::size_t from, std::size_t to) { std::fill(file.begin() + static_cast<std::ptrdiff_t>(from), file.begin() + static_cast<std::ptrdiff_t>(std::min(to, file.size())), std::uint8_t{0}); }

// A copy of a ledger folder as it lies on the disk while it is being written to: with a write-ahead log.
struct Running : Recorder {
  std::string copy = scratch / "copy";
  Running() {
    create();
    const CaseId id = recorded(request("k1")).case_id;
    for (int i = 0; i < 5; ++i) recorded(note(id, "n" + std::to_string(i)));
    fs::copy(ledger_folder(folders), copy);
    stop();
  }
  std::string only(std::string_view part) const {
    std::string found;
    for (const auto& item : fs::directory_iterator(copy)) {
      const std::string name = item.path().filename().string();
      if (name.find(part) != std::string::npos && fs::file_size(item.path()) > 0) found = item.path().string();
    }
    REQUIRE_FALSE(found.empty());
    return found;
  }
  Result<TornFiles> walk() const { return walk_logs(disk(), copy); }
};

}  // namespace

TEST_CASE("log walk: what RocksDB wrote is sound to its last byte, across blocks and their ends") {
  const Walked walk;
  // 32,768 less a header and the rest of a write of one key: ends that leave 0 to 8 bytes of a block are all met.
  for (std::size_t size = 32'720; size < 32'770; ++size) {
    const Bytes log = log_of({size, 10, 70'000});
    CHECK(*walk(log) == log.size());
  }
  CHECK(*walk({}) == 0);
}

TEST_CASE("log walk: a log cut anywhere heals up to the last whole record before the cut") {
  const Walked walk;
  const Bytes log = log_of({100, 33'000, 0, 200, 500});
  const std::vector<std::size_t> records = records_of(log);
  for (std::size_t cut = 0; cut < log.size(); cut += cut > 200 && cut < 33'000 ? 97 : 5) {
    const auto walked = walk(ByteView(log).first(cut));
    CAPTURE(cut);
    REQUIRE(walked);
    const auto after = std::upper_bound(records.begin(), records.end(), cut);
    CHECK(*walked <= cut);
    CHECK(*walked >= *std::prev(after));
  }
}

TEST_CASE("log walk: any altered byte of any record is damage, file and record named") {
  const Walked walk;
  const Bytes log = log_of({60, 300, 0, 120});
  const std::vector<std::size_t> records = records_of(log);
  for (std::size_t at = 0; at < log.size(); ++at) {
    const std::size_t record = *std::prev(std::upper_bound(records.begin(), records.end(), at));
    for (const std::uint8_t change : Bytes{0x01, 0x10, 0x80, 0xff}) {
      Bytes altered = log;
      altered[at] ^= change;
      CAPTURE(at);
      check_names(walk(altered), walk.path, record);
    }
  }
}

TEST_CASE("log walk: an altered byte far back in a log of many blocks is named, and so is one in its last record") {
  const Walked walk;
  const Bytes log = log_of({40'000, 10, 40'000});
  for (const std::size_t at : {std::size_t{3}, std::size_t{8}, std::size_t{20'000}, std::size_t{32'768 + 6}, std::size_t{45'000}, log.size() - 20'000, log.size() - 1}) {
    Bytes altered = log;
    altered[at] ^= 0x04;
    const auto walked = walk(altered);
    CAPTURE(at);
    REQUIRE_FALSE(walked);
    CHECK(walked.error().code == Code::damaged);
  }
}

TEST_CASE("log walk: no other length of the last record passes for a torn write") {
  const Walked walk;
  const Bytes log = log_of({60, 300});
  const std::size_t last = *std::prev(records_of(log).end(), 2);
  const std::uint32_t length = static_cast<std::uint32_t>(log[last + 4] | log[last + 5] << 8);
  for (std::uint32_t other = 0; other <= 0xffff; other += other < 1'000 ? 1 : 251) {
    if (other == length) continue;
    Bytes altered = log;
    altered[last + 4] = static_cast<std::uint8_t>(other);
    altered[last + 5] = static_cast<std::uint8_t>(other >> 8);
    CAPTURE(other);
    check_names(walk(altered), walk.path, last);
  }
}

TEST_CASE("log walk: RocksDB itself takes an altered length of the last record for a torn write") {
  // Why this walk is there at all. Should a later RocksDB refuse it, the walk has one reason less.
  const Scratch scratch;
  const std::string folder = scratch / "db";
  rocksdb::Options options;
  options.create_if_missing = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  rocksdb::DB* raw = nullptr;
  REQUIRE(rocksdb::DB::Open(options, folder, &raw).ok());
  rocksdb::WriteOptions synced;
  synced.sync = true;
  REQUIRE(raw->Put(synced, "told", "durable").ok());
  std::string log;
  for (const auto& item : fs::directory_iterator(folder))
    if (item.path().extension() == ".log") log = item.path().string();
  Bytes altered = content(log);
  delete raw;
  altered[5] ^= 0x01;
  write(log, altered);
  REQUIRE(rocksdb::DB::Open(options, folder, &raw).ok());
  const std::unique_ptr<rocksdb::DB> db(raw);
  std::string value;
  CHECK(db->Get({}, "told", &value).IsNotFound());
  CHECK_FALSE(walk_log_file(disk(), log).error().message.empty());
}

TEST_CASE("log walk: pages that a crash kept from the disk heal, wherever in the last write they are") {
  const Walked walk;
  const Bytes log = log_of({100, 90'000});
  const std::size_t last = records_of(log)[1];
  for (std::size_t page = last; page < log.size(); page = (page / 512 + 4) * 512) {
    if (page + 16 > log.size()) continue;
    Bytes torn = log;
    lose(torn, page, (page / 512 + 1) * 512);
    const auto walked = walk(torn);
    CAPTURE(page);
    REQUIRE(walked);
    CHECK(*walked >= last);
    CHECK(*walked <= page);
  }
}

TEST_CASE("log walk: a last write of which only a later part reached the disk heals") {
  const Walked walk;
  const Bytes log = log_of({100, 90'000});
  const std::size_t last = records_of(log)[1];
  for (const std::size_t arrived : {std::size_t{512}, std::size_t{4'096}, std::size_t{32'768}, std::size_t{65'536}}) {
    Bytes torn = log;
    lose(torn, last, arrived);
    CHECK(*walk(torn) == last);
  }
  Bytes nothing = log;
  lose(nothing, last, log.size());
  CHECK(*walk(nothing) == last);
}

TEST_CASE("log walk: lost pages before a whole write are no crash's doing") {
  const Walked walk;
  for (const std::size_t after : {10u, 2'000u, 50'000u}) {
    const Bytes log = log_of({100, 3'000, after});
    const std::size_t second = records_of(log)[1];
    Bytes torn = log;
    lose(torn, 512, 1'024);
    check_names(walk(torn), walk.path, second);
    lose(torn, second, 3'072);
    check_names(walk(torn), walk.path, second);
  }
}

TEST_CASE("log walk: a record of a type that no ledger writes is damage") {
  const Walked walk;
  const Bytes log = log_of({60, 10});
  for (const std::uint8_t type : Bytes{0, 5, 9, 200}) {
    Bytes altered = log;
    altered[6] = type;
    check_names(walk(altered), walk.path, 0);
  }
}

TEST_CASE("log walk: the logs of a ledger that is running are sound") {
  const auto walked = Running().walk();
  REQUIRE(walked);
  CHECK(walked->empty());
}

TEST_CASE("log walk: a flipped bit anywhere in WAL or MANIFEST of a ledger is damage, file and byte named") {
  const Running place;
  for (const std::string_view part : {".log", "MANIFEST"}) {
    const std::string path = place.only(part);
    const Bytes kept = content(path);
    const std::vector<std::size_t> records = records_of(kept);
    const std::size_t stride = std::max<std::size_t>(1, kept.size() / 397);
    for (std::size_t at = 0; at < kept.size(); at += stride) {
      Bytes altered = kept;
      altered[at] ^= 0x10;
      write(path, altered);
      const auto walked = place.walk();
      CAPTURE(at);
      REQUIRE_FALSE(walked);
      CHECK(walked.error().code == Code::damaged);
      CHECK(walked.error().message.find(path) != std::string::npos);
      CHECK(walked.error().message.find(" at byte " + std::to_string(*std::prev(std::upper_bound(records.begin(), records.end(), at)))) != std::string::npos);
    }
    write(path, kept);
  }
  CHECK(place.walk());
}

TEST_CASE("log walk: CURRENT must name a MANIFEST, and that must be there") {
  const Running place;
  const std::string current = place.copy + "/CURRENT";
  const Bytes kept = content(current);
  for (const std::string_view text : {"", "\n", "MANIFEST-", "MANIFEST-\n", "MANIFEST-000005", "MANIFEST-00000x\n", "MANIFEST-000005\n\n", "../MANIFEST-000005\n", "MANIFEST-999999\n"}) {
    write(current, view(text));
    const auto walked = place.walk();
    CAPTURE(text);
    REQUIRE_FALSE(walked);
    CHECK(walked.error().code == Code::damaged);
  }
  for (std::size_t at = 0; at < kept.size(); ++at) {
    Bytes altered = kept;
    altered[at] ^= 0x02;
    write(current, altered);
    CHECK_FALSE(place.walk());
  }
}

TEST_CASE("log walk: a torn log is named with what of it holds") {
  const Running place;
  const std::string path = place.only(".log");
  const Bytes kept = content(path);
  const std::size_t last = *std::prev(records_of(kept).end(), 2);
  for (const std::size_t less : {1u, 5u, 40u}) {
    write(path, ByteView(kept).first(kept.size() - less));
    const auto walked = place.walk();
    REQUIRE(walked);
    CHECK(*walked == TornFiles{{path, last}});
  }
}
