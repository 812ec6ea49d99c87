#include "tools/acta/server_file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "tests/engine/scratch.h"

using namespace acta;
using namespace acta::cli;

namespace {

struct DataFolder {
  DataFolder() { REQUIRE(::mkdir(path.c_str(), 0700) == 0); }
  Scratch scratch;
  std::string path = scratch / "data";
};

}  // namespace

TEST_CASE("server file: what was written is read back") {
  const DataFolder data;
  REQUIRE(write_server_file(data.path, {.address = "127.0.0.1:7171", .token = "t", .pid = ::getpid()}));
  const auto file = read_server_file(data.path);
  REQUIRE(file);
  CHECK(file->address == "127.0.0.1:7171");
  CHECK(file->token == "t");
  CHECK(url_of(*file) == "http://127.0.0.1:7171");
  CHECK(file->pid == ::getpid());
}

TEST_CASE("server file: its token is for the owner of the folder alone") {
  const DataFolder data;
  REQUIRE(write_server_file(data.path, {.address = "127.0.0.1:7171", .token = "t", .pid = ::getpid()}));
  struct stat found {};
  REQUIRE(::stat((data.path + "/server.json").c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0600);
}

TEST_CASE("server file: removed, it says nothing") {
  const DataFolder data;
  REQUIRE(write_server_file(data.path, {.address = "127.0.0.1:7171", .token = "t", .pid = ::getpid()}));
  remove_server_file(data.path);
  CHECK_FALSE(read_server_file(data.path));
}

TEST_CASE("server file: one that a killed server left behind counts for nothing") {
  const DataFolder data;
  REQUIRE(write_server_file(data.path, {.address = "127.0.0.1:7171", .token = "t", .pid = 0x7ffffffe}));
  CHECK_FALSE(read_server_file(data.path));
}

TEST_CASE("server file: one that is none counts for nothing") {
  const DataFolder data;
  for (const auto* text : {"", "{", "[]", "{}", R"({"address": "127.0.0.1:1"})", R"({"address": "127.0.0.1:1", "pid": "1"})", R"({"pid": 1})"}) {
    std::ofstream(data.path + "/server.json") << text;
    CHECK_FALSE(read_server_file(data.path));
  }
}

TEST_CASE("server file: a server that does not answer is not running") {
  const DataFolder data;
  REQUIRE(write_server_file(data.path, {.address = "127.0.0.1:1", .token = "t", .pid = ::getpid()}));
  CHECK(read_server_file(data.path));
  CHECK_FALSE(running_server(data.path));
}
