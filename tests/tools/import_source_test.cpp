#include "tools/acta/import_source.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "events/sha256.h"
#include "tests/engine/scratch.h"

using namespace acta;
using namespace acta::cli;

namespace {

struct File {
  explicit File(const std::string& text) { std::ofstream(path, std::ios::binary) << text; }
  ImportSource open() const {
    auto source = ImportSource::open(path);
    REQUIRE_MESSAGE(source, (source ? "" : source.error().message));
    return *std::move(source);
  }
  Scratch scratch;
  std::string path = scratch / "lines";
};

std::vector<std::string> all_of(ImportSource& source) {
  std::vector<std::string> out;
  for (auto line = source.next(); line && *line; line = source.next()) {
    CHECK(source.number() == out.size() + 1);
    out.push_back(**line);
  }
  return out;
}

}  // namespace

TEST_CASE("import source: a file is its lines, their number, and the digest of the whole") {
  const std::string text = "one\n\nthree\n";
  const File file(text);
  auto source = file.open();
  CHECK(source.digest() == to_text(sha256(view(text))));
  CHECK(source.lines() == 3);
  CHECK(all_of(source) == std::vector<std::string>{"one", "", "three"});
}

TEST_CASE("import source: the last line needs no end") {
  const File file("one\ntwo");
  auto source = file.open();
  CHECK(source.lines() == 2);
  CHECK(all_of(source) == std::vector<std::string>{"one", "two"});
}

TEST_CASE("import source: nothing has no lines") {
  const File file("");
  auto source = file.open();
  CHECK(source.lines() == 0);
  CHECK(all_of(source).empty());
}

TEST_CASE("import source: lines are whole wherever blocks of reading end") {
  std::vector<std::string> lines;
  std::string text;
  for (std::size_t i = 0; i < 300; ++i) {
    lines.push_back(std::string(i * 7, static_cast<char>('a' + i % 26)));
    text += lines.back() + "\n";
  }
  const File file(text);
  auto source = file.open();
  CHECK(all_of(source) == lines);
}

TEST_CASE("import source: what can be read once only is read twice all the same") {
  const Scratch scratch;
  const std::string pipe = scratch / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  std::thread writer([&] { std::ofstream(pipe) << "one\ntwo\n"; });
  auto source = ImportSource::open(pipe);
  writer.join();
  REQUIRE(source);
  CHECK(source->digest() == to_text(sha256(view("one\ntwo\n"))));
  CHECK(all_of(*source) == std::vector<std::string>{"one", "two"});
}

TEST_CASE("import source: a line beyond the limit is named and does not fill the memory") {
  const File file("short\n" + std::string(3 * import_line_bytes_max, 'x') + "\nlast\n");
  auto source = file.open();
  CHECK(source.lines() == 3);
  REQUIRE(source.next());
  const auto long_one = source.next();
  REQUIRE_FALSE(long_one);
  CHECK(long_one.error().code == Code::too_large);
  CHECK(source.number() == 2);
}

TEST_CASE("import source: a file that is not there, or is a folder, is named") {
  const Scratch scratch;
  const auto missing = ImportSource::open(scratch / "nothing");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == Code::not_found);
  CHECK(missing.error().message.find(scratch / "nothing") != std::string::npos);
  const auto folder = ImportSource::open(scratch / "");
  REQUIRE_FALSE(folder);
  CHECK(folder.error().code == Code::unavailable);
}
