#include "tools/acta/import_chunk.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using acta::cli::ImportChunk;

TEST_CASE("import chunk: lines go as they are, and the first one's number with them") {
  ImportChunk chunk;
  chunk.add(5, R"({ "type" : "X" })");
  chunk.add(6, "no json");
  CHECK(chunk.first_line() == 5);
  CHECK(chunk.body() == "{ \"type\" : \"X\" }\nno json\n");
}

TEST_CASE("import chunk: a name that an earlier piece gave is replaced by the case it stands for") {
  ImportChunk chunk;
  chunk.add(1, R"({"as":"@one"})");
  chunk.learn(1, "id-of-one");
  chunk.begin();
  chunk.add(2, R"({"case":"@one","type":"X"})");
  CHECK(chunk.body() == "{\"case\":\"id-of-one\",\"type\":\"X\"}\n");
  CHECK(chunk.first_line() == 2);
}

TEST_CASE("import chunk: a name given within the piece is left to the resource") {
  ImportChunk chunk;
  chunk.add(1, R"({"as":"@one"})");
  chunk.learn(1, "old");
  chunk.begin();
  chunk.add(2, R"({"as":"@one"})");
  chunk.add(3, R"({"case":"@one"})");
  CHECK(chunk.body().find("old") == std::string::npos);
  chunk.learn(2, "new");
  chunk.begin();
  chunk.add(4, R"({"case":"@one"})");
  CHECK(chunk.body() == "{\"case\":\"new\"}\n");
}

TEST_CASE("import chunk: a line may use a name and give it anew") {
  ImportChunk chunk;
  chunk.add(1, R"({"as":"@one"})");
  chunk.learn(1, "id");
  chunk.begin();
  chunk.add(2, R"({"as":"@one","case":"@one"})");
  CHECK(chunk.body() == "{\"as\":\"@one\",\"case\":\"id\"}\n");
}

TEST_CASE("import chunk: a name nobody gave, and an id, are left to the resource") {
  ImportChunk chunk;
  chunk.add(1, R"({"case":"@nobody"})");
  chunk.add(2, R"({"case":"ACT-2024-001"})");
  CHECK(chunk.body() == "{\"case\":\"@nobody\"}\n{\"case\":\"ACT-2024-001\"}\n");
}

TEST_CASE("import chunk: it is full at its number of lines or bytes, but never when empty") {
  ImportChunk chunk;
  CHECK_FALSE(chunk.is_full(10 * ImportChunk::bytes_max));
  chunk.add(1, "{}");
  CHECK(chunk.is_full(ImportChunk::bytes_max));
  CHECK_FALSE(chunk.is_full(1'000));
  for (std::uint64_t line = 2; line <= ImportChunk::lines_max; ++line) chunk.add(line, "{}");
  CHECK(chunk.is_full(0));
  chunk.begin();
  CHECK_FALSE(chunk.is_full(0));
}
