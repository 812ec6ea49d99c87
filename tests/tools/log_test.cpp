#include "tools/acta/log.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using acta::cli::log_members;
using nlohmann::json;

namespace {

json object_of(std::string_view message) { return json::parse("{" + log_members(message) + "}"); }

}  // namespace

TEST_CASE("log: a line is an event and its values") {
  CHECK(object_of("serving address=127.0.0.1:7171 size=12") == json{{"event", "serving"}, {"address", "127.0.0.1:7171"}, {"size", 12}});
  CHECK(object_of("stopped") == json{{"event", "stopped"}});
}

TEST_CASE("log: a value of several words stands in quotes, and may hold quotes") {
  CHECK(object_of("write_failed reason=\"no space left\"") == json{{"event", "write_failed"}, {"reason", "no space left"}});
  CHECK(object_of("x reason=\"open \"a b\" failed\" size=1") == json{{"event", "x"}, {"reason", "open \"a b\" failed"}, {"size", 1}});
  CHECK(object_of("x reason=\"\"") == json{{"event", "x"}, {"reason", ""}});
}

TEST_CASE("log: digits are a number only where nothing is lost by it") {
  CHECK(object_of("x a=0 b=007 c=1234567890123456 d=\"12\"") == json{{"event", "x"}, {"a", 0}, {"b", "007"}, {"c", "1234567890123456"}, {"d", "12"}});
}

TEST_CASE("log: a message of another shape is the event as a whole") {
  for (const auto* message : {"Something happened", "two words", "x y=1 z", "x reason=\"open", "x  y=1", ""}) CHECK(object_of(message) == json{{"event", message}});
}

TEST_CASE("log: whatever a message holds, its line stays one line of JSON") {
  const std::string members = log_members("x reason=\"a\nb\x01\xff\\ \u2028\"");
  CHECK(members.find('\n') == std::string::npos);
  CHECK(json::parse("{" + members + "}")["reason"].get<std::string>().starts_with("a\nb\x01"));
}
