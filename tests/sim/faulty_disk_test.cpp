#include <doctest/doctest.h>
#include <rocksdb/env.h>

#include "tests/sim/faulty_disk.h"

using namespace acta::sim;

namespace {

using File = std::unique_ptr<rocksdb::WritableFile>;

File create(rocksdb::Env& env, const std::string& path) {
  File file;
  REQUIRE(env.NewWritableFile(path, &file, {}).ok());
  return file;
}

void sync_folder(rocksdb::Env& env, const std::string& path) {
  std::unique_ptr<rocksdb::Directory> folder;
  REQUIRE(env.NewDirectory(path, &folder).ok());
  REQUIRE(folder->Fsync().ok());
}

std::string content(rocksdb::Env& env, const std::string& path) {
  std::string text;
  return rocksdb::ReadFileToString(&env, path, &text).ok() ? text : "(gone)";
}

// How often `happened` is seen among crashes of one little story.
template <class Story>
int count(int rounds, const Story& happened) {
  int seen = 0;
  for (int seed = 0; seed < rounds; ++seed) seen += happened(static_cast<std::uint64_t>(seed)) ? 1 : 0;
  return seen;
}

}  // namespace

TEST_CASE("faulty disk: what was synced, name and content, survives every crash") {
  const int kept = count(100, [](std::uint64_t seed) {
    FaultyDisk disk;
    const File file = create(disk.env(), "/a");
    REQUIRE(file->Append("synced").ok());
    REQUIRE(file->Sync().ok());
    sync_folder(disk.env(), "/");
    REQUIRE(file->Append(std::string(5000, 'x')).ok());
    disk.crash(seed);
    return content(disk.env(), "/a").starts_with("synced");
  });
  CHECK(kept == 100);
}

TEST_CASE("faulty disk: a later page may survive an earlier one") {
  const int reordered = count(200, [](std::uint64_t seed) {
    FaultyDisk disk;
    const File file = create(disk.env(), "/a");
    REQUIRE(file->Sync().ok());
    sync_folder(disk.env(), "/");
    REQUIRE(file->Append(std::string(2 * page_bytes, 'x')).ok());
    disk.crash(seed);
    const std::string text = content(disk.env(), "/a");
    return text.size() == 2 * page_bytes && text[0] != 'x' && text.back() == 'x';
  });
  CHECK(reordered > 0);
}

TEST_CASE("faulty disk: a rename that was not synced may be undone, never half done") {
  int undone = 0;
  count(100, [&](std::uint64_t seed) {
    FaultyDisk disk;
    REQUIRE(create(disk.env(), "/old")->Sync().ok());
    sync_folder(disk.env(), "/");
    REQUIRE(disk.env().RenameFile("/old", "/new").ok());
    disk.crash(seed);
    const bool old_there = disk.env().FileExists("/old").ok();
    CHECK(old_there != disk.env().FileExists("/new").ok());
    undone += old_there ? 1 : 0;
    return true;
  });
  CHECK(undone > 20);
  CHECK(undone < 80);
}

TEST_CASE("faulty disk: a sync that failed is not made good by a second one") {
  const int lost = count(200, [](std::uint64_t seed) {
    FaultyDisk disk;
    const File file = create(disk.env(), "/a");
    sync_folder(disk.env(), "/");
    REQUIRE(file->Append("precious").ok());
    disk.arm({.nth = 1, .failure = Failure::fails});
    CHECK(!file->Sync().ok());
    CHECK(file->Sync().ok());
    disk.crash(seed);
    return content(disk.env(), "/a") != "precious";
  });
  CHECK(lost > 20);
}

TEST_CASE("faulty disk: without power nothing works and nothing changes") {
  FaultyDisk disk;
  const File file = create(disk.env(), "/a");
  disk.cut_power_after(1);
  CHECK(!file->Append("late").ok());
  CHECK(!file->Sync().ok());
  CHECK(!disk.env().RenameFile("/a", "/b").ok());
  CHECK(!disk.powered());
  disk.crash(1);
  CHECK(disk.powered());
  CHECK(content(disk.env(), "/a").find("late") == std::string::npos);
}
