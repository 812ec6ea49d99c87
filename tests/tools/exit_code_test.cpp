#include "tools/acta/exit_code.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "api/problem.h"

using namespace acta;

TEST_CASE("exit code: scripts can tell failures apart") {
  const std::pair<Code, int> all[] = {
      {Code::malformed, 1}, {Code::invalid, 1}, {Code::denied, 6}, {Code::not_found, 5}, {Code::conflict, 4}, {Code::refused, 4}, {Code::stale, 4}, {Code::key_reused, 4},
      {Code::in_flight, 4}, {Code::gone, 1}, {Code::too_large, 1}, {Code::busy, 1}, {Code::full, 1}, {Code::clock, 1}, {Code::in_use, 1}, {Code::foreign, 1},
      {Code::newer, 1}, {Code::damaged, 3}, {Code::rolled_back, 3}, {Code::missing_key, 1}, {Code::unavailable, 1}, {Code::unsupported, 1}};
  for (const auto& [code, exit] : all) CHECK(cli::exit_code(code) == exit);
}

TEST_CASE("exit code: each code has a name of its own and says what to do") {
  std::string names;
  for (int i = 0; i <= static_cast<int>(Code::unsupported); ++i) {
    const std::string name(cli::name_of(static_cast<Code>(i)));
    CHECK(names.find("|" + name + "|") == std::string::npos);
    names += "|" + name + "|";
    CHECK(cli::way_out(static_cast<Code>(i)).ends_with("."));
  }
}

TEST_CASE("exit code: the error a problem tells is the error that was meant") {
  for (int i = 0; i <= static_cast<int>(Code::unsupported); ++i) {
    auto meant = error(static_cast<Code>(i), "why");
    meant.fields = {{"/data/title", "missing"}};
    meant.expected_revision = 3;
    meant.current_revision = 4;
    meant.rule = "four eyes";
    if (meant.code == Code::conflict) meant.allowed = {"RequestAcknowledged"};
    const auto told = cli::error_of(problem({}, meant));
    CHECK(told.code == meant.code);
    CHECK(told.message == "why");
    CHECK(told.fields[0].pointer == "/data/title");
    CHECK(told.expected_revision == 3);
    CHECK(told.current_revision == 4);
    CHECK(told.rule == "four eyes");
    CHECK(told.allowed == meant.allowed);
  }
}

TEST_CASE("exit code: what only HTTP knows to go wrong has a code too") {
  CHECK(cli::error_of(problem({}, Fault::no_actor, "who?")).code == Code::denied);
  CHECK(cli::error_of(problem({}, Fault::no_page, "where?")).code == Code::not_found);
  CHECK(cli::error_of(problem({}, Fault::no_if_match, "which?")).code == Code::stale);
  CHECK(cli::error_of(problem({}, Fault::body_too_large, "much")).code == Code::too_large);
  CHECK(cli::error_of(problem({}, Fault::internal, "inside")).code == Code::unavailable);
}

TEST_CASE("exit code: an answer that is no problem document is judged by its status") {
  const auto told = cli::error_of({.status = 404, .headers = {}, .body = "<html>", .pieces = {}, .feed = {}});
  CHECK(told.code == Code::not_found);
  CHECK(told.message == "the server answered 404");
  CHECK(cli::error_of({.status = 502, .headers = {}, .body = "", .pieces = {}, .feed = {}}).code == Code::unavailable);
}
