// One flipped bit in a write-ahead log must never pass for a cut tail.

#include "engine/ledger/log_walk.h"

#include <fstream>
#include <iterator>

#include "engine/folders.h"
#include "tests/engine/recording.h"

using namespace acta;
namespace fs = std::filesystem;

namespace {

Bytes content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const fs::path& path, ByteView bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

// A copy of a ledger folder as it lies on the disk while it is being written to: with a write-ahead log.
struct Folder : Recorder {
  std::string copy = scratch / "copy";
  Folder() {
    create();
    const CaseId id = recorded(request("k1")).case_id;
    for (int i = 0; i < 5; ++i) recorded(note(id, "n" + std::to_string(i)));
    fs::copy(ledger_folder(folders), copy);
    stop();
  }
  fs::path only(std::string_view part) const {
    fs::path found;
    for (const auto& item : fs::directory_iterator(copy)) {
      const std::string name = item.path().filename().string();
      if (name.find(part) != std::string::npos && fs::file_size(item.path()) > 0 && name != "LOG") found = item.path();
    }
    REQUIRE_FALSE(found.empty());
    return found;
  }
  auto walk() const { return walk_logs(*rocksdb::Env::Default(), copy); }
};

}  // namespace

TEST_CASE("log walk: the logs of a ledger that is running are sound") { CHECK(Folder().walk()); }

TEST_CASE("log walk: a flipped bit anywhere in WAL or MANIFEST is damage, file and byte named") {
  const Folder place;
  for (const std::string_view part : {".log", "MANIFEST"}) {
    const fs::path path = place.only(part);
    const Bytes kept = content(path);
    const std::size_t stride = std::max<std::size_t>(1, kept.size() / 97);
    for (std::size_t at = 0; at < kept.size(); at += stride) {
      Bytes altered = kept;
      altered[at] ^= 0x10;
      write(path, altered);
      const auto walked = place.walk();
      CAPTURE(at);
      CHECK_FALSE(walked);
      if (walked) continue;
      CHECK(walked.error().code == Code::damaged);
      CHECK(walked.error().message.find(path.filename().string()) != std::string::npos);
    }
    write(path, kept);
  }
  CHECK(place.walk());
}

TEST_CASE("log walk: a write-ahead log that was torn by a crash heals") {
  const Folder place;
  const fs::path path = place.only(".log");
  const Bytes kept = content(path);
  for (const std::size_t less : {1u, 5u, 40u}) {
    write(path, ByteView(kept).first(kept.size() - less));
    CHECK(place.walk());
  }
}
