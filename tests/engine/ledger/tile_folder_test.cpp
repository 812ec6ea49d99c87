#include "engine/ledger/tile_folder.h"

#include <rocksdb/env.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/engine/ledger/worked_example.h"
#include "tests/engine/scratch.h"

using namespace acta;

namespace {

namespace fs = std::filesystem;

rocksdb::Env& disk() { return *rocksdb::Env::Default(); }

const SigningKey& log_key() {
  static const SigningKey key(example::origin, example::seed_from(0));
  return key;
}

// A log of any size, as a source of tiles.
struct Source {
  std::vector<Bytes> entries;
  std::vector<Hash> leaves;

  explicit Source(std::uint64_t size, const std::string& word = "event-") {
    for (std::uint64_t i = 0; i < size; ++i) {
      entries.push_back(bytes_of(word + std::to_string(i)));
      leaves.push_back(leaf_hash(entries.back()));
    }
  }
  std::string note() const { return sign_checkpoint({.origin = example::origin, .size = leaves.size(), .root = example::root_of(leaves)}, log_key()); }
  Bytes tile(const TileName& name) const {
    Bytes out;
    for (std::uint64_t i = name.index * tile_width; i < name.index * tile_width + name.width; ++i) {
      if (!name.level) put_be16(out, static_cast<std::uint16_t>(entries[i].size()));
      put(out, name.level ? view(subtree(*name.level, i)) : ByteView(entries[i]));
    }
    return out;
  }
  Hash subtree(unsigned level, std::uint64_t i) const {
    const std::size_t width = 1ull << (level * tile_height);
    return example::root_of(std::span(leaves).subspan(i * width, width));
  }
};

struct Folder {
  Scratch scratch;
  std::string path = scratch / "tiles";

  Result<TileExported> take(const Source& source, std::uint64_t files_max = ~0ull) const {
    std::uint64_t files = 0;
    return export_tiles(disk(), {.folder = path, .note = source.note(), .fetch = [&](const TileName& name) -> Result<Bytes> {
                                   if (++files > files_max) return error(Code::unavailable, "the line is gone");
                                   return source.tile(name);
                                 }});
  }
  TileReport check(const char* vkey = example::vkey) const {
    auto report = verify_tiles(disk(), {.folder = path, .keys = {*parse_vkey(vkey)}});
    if (!report) FAIL(report.error().message);
    return *std::move(report);
  }
  std::string read(const std::string& file) const {
    std::ostringstream out;
    out << std::ifstream(path + "/" + file, std::ios::binary).rdbuf();
    return out.str();
  }
  void write(const std::string& file, const std::string& content) const {
    std::ofstream out(path + "/" + file, std::ios::binary);
    out << content << std::flush;
    REQUIRE(out.good());
  }
  void flip(const std::string& file, std::size_t at) const {
    std::string content = read(file);
    content.at(at) = static_cast<char>(content.at(at) ^ 1);
    write(file, content);
  }
  std::size_t files() const {
    std::size_t count = 0;
    for (const auto& item : fs::recursive_directory_iterator(path)) count += item.is_regular_file();
    return count;
  }
};

const Source& long_log() {
  static const Source log(66'000);
  return log;
}

std::vector<std::string> lines_of(const TileReport& report) {
  std::vector<std::string> lines;
  for (const TileFinding& finding : report.findings) lines.push_back(finding.file + (finding.position ? " at " + std::to_string(finding.position->value) : ""));
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("tile folder: the worked example, byte for byte") {
  const Folder folder;
  const auto done = folder.take(Source(5));
  REQUIRE(done);
  CHECK(done->written == 2);
  CHECK(folder.files() == 3);
  CHECK(folder.read("checkpoint") == example::log_signed);
  std::string bundle;
  for (char digit = '0'; digit < '5'; ++digit) bundle += std::string("\0\7event-", 8) + digit;
  CHECK(folder.read("tile/entries/000.p/5") == bundle);
  std::string leaves;
  for (const Hash& leaf : example::leaves(5)) leaves += text_view(view(leaf));
  CHECK(folder.read("tile/0/000.p/5") == leaves);
  const TileReport report = folder.check();
  CHECK(report.verdict == Verdict::sound);
  CHECK(report.entries == 5);
}

TEST_CASE("tile folder: a second export adds what is new and leaves full tiles alone") {
  const Folder folder;
  REQUIRE(folder.take(Source(600)));
  const Source more(700);
  const auto again = folder.take(more);
  REQUIRE(again);
  CHECK(again->kept == 4);      // two full tiles, two full bundles
  CHECK(again->written == 3);   // the partial bundle, its tile, and the tile above
  CHECK(folder.check().verdict == Verdict::sound);
  CHECK(folder.read("checkpoint") == more.note());
}

TEST_CASE("tile folder: an export that ends early leaves the checkpoint of before, and the next one finishes") {
  const Folder folder;
  const Source before(300), after(1'000);
  REQUIRE(folder.take(before));
  REQUIRE_FALSE(folder.take(after, 3));
  folder.write("tile/0/002.tmp", "half");
  CHECK(folder.read("checkpoint") == before.note());
  CHECK(folder.check().verdict == Verdict::sound);
  REQUIRE(folder.take(after));
  CHECK(folder.check().verdict == Verdict::sound);
  CHECK_FALSE(fs::exists(folder.path + "/tile/0/002.tmp"));
}

TEST_CASE("tile folder: another log, and an older one, are not exported over it") {
  const Folder folder;
  REQUIRE(folder.take(Source(600)));
  const std::string before = folder.read("checkpoint");
  CHECK(folder.take(Source(500)).error().code == Code::conflict);
  const auto other = folder.take(Source(700, "other-"));
  REQUIRE_FALSE(other);
  CHECK(other.error().code == Code::damaged);
  CHECK(folder.read("checkpoint") == before);
}

TEST_CASE("tile folder: every altered entry and hash is named, whatever else is wrong") {
  const Folder folder;
  REQUIRE(folder.take(long_log()));
  REQUIRE(folder.check().verdict == Verdict::sound);
  folder.flip("tile/entries/000", 2 + 2);                  // entry 0
  folder.flip("tile/0/001", 5 * 32);                       // the hash of entry 261
  folder.flip("tile/1/000", 7 * 32 + 31);                  // over entries 1792 to 2047
  folder.flip("tile/entries/257.p/208", 4);                // entry 65792, on the right edge
  const TileReport report = folder.check();
  CHECK(report.verdict == Verdict::tampered);
  CHECK(lines_of(report) == Lines{"tile/entries/000 at 0", "tile/0/001 at 261", "tile/1/000 at 1792", "tile/entries/257.p/208 at 65792"});
}

TEST_CASE("tile folder: entries and their tile altered together are found under the tile above") {
  const Folder folder;
  REQUIRE(folder.take(long_log()));
  Source forged(512);
  forged.entries[300] = bytes_of("forged");
  forged.leaves[300] = leaf_hash(forged.entries[300]);
  folder.write("tile/entries/001", std::string(text_view(forged.tile({.level = {}, .index = 1}))));
  folder.write("tile/0/001", std::string(text_view(forged.tile({.level = 0, .index = 1}))));
  CHECK(lines_of(folder.check()) == Lines{"tile/0/001 at 256"});
}

TEST_CASE("tile folder: a whole other log under the signed checkpoint is not sound") {
  const Folder folder;
  REQUIRE(folder.take(Source(5, "other-")));
  folder.write("checkpoint", example::log_signed);
  const TileReport report = folder.check();
  CHECK(report.verdict == Verdict::tampered);
  CHECK(lines_of(report) == Lines{"checkpoint"});
}

TEST_CASE("tile folder: missing files are named and the rest is checked") {
  const Folder folder;
  REQUIRE(folder.take(Source(600)));
  fs::remove(folder.path + "/tile/entries/000");
  fs::remove(folder.path + "/tile/0/001");
  CHECK(folder.check().verdict == Verdict::incomplete);
  CHECK(lines_of(folder.check()) == Lines{"tile/entries/000", "tile/0/001"});
  folder.flip("tile/entries/002.p/88", 4);
  CHECK(folder.check().verdict == Verdict::tampered);
}

TEST_CASE("tile folder: cut and lengthened files are named") {
  const Folder folder;
  REQUIRE(folder.take(Source(600)));
  folder.write("tile/entries/000", folder.read("tile/entries/000").substr(0, 20));
  folder.write("tile/entries/001", folder.read("tile/entries/001") + "x");
  folder.write("tile/0/002.p/88", folder.read("tile/0/002.p/88") + "x");
  CHECK(lines_of(folder.check()) == Lines{"tile/0/002.p/88", "tile/entries/000 at 2", "tile/entries/001"});
}

TEST_CASE("tile folder: a full tile stands for its parts") {
  const Folder folder;
  REQUIRE(folder.take(Source(300)));
  const Source later(512);
  fs::remove_all(folder.path + "/tile/0/001.p");
  fs::remove_all(folder.path + "/tile/entries/001.p");
  folder.write("tile/0/001", std::string(text_view(later.tile({.level = 0, .index = 1}))));
  folder.write("tile/entries/001", std::string(text_view(later.tile({.level = {}, .index = 1}))));
  CHECK(folder.check().verdict == Verdict::sound);
}

TEST_CASE("tile folder: a checkpoint of an unknown key, a forged one, and one of any size") {
  const Folder folder;
  REQUIRE(folder.take(Source(5)));
  CHECK(folder.check(example::witness_vkey).verdict == Verdict::untrusted_key);
  std::string forged = example::log_signed;
  forged.replace(forged.find("\n5\n"), 3, "\n9223372036854775807\n");
  folder.write("checkpoint", forged);
  CHECK(folder.check().verdict == Verdict::tampered);
  folder.write("checkpoint", "no note");
  CHECK(folder.check().verdict == Verdict::tampered);
}
