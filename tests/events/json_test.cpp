#include "events/json.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace acta;

namespace {

// What is wrong with a text that must be refused.
Error refused(std::string_view text) {
  const auto parsed = parse_json(text);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().code == Code::malformed);
  return parsed.error();
}

}  // namespace

TEST_CASE("json: a document comes through as it is") {
  const auto parsed = parse_json(R"({"a": [1, -2, 1.5, true, null, "é"], "b": {"c": {}}})");
  REQUIRE(parsed);
  CHECK(parsed->dump() == R"({"a":[1,-2,1.5,true,null,"é"],"b":{"c":{}}})");
  CHECK(parse_json("7")->get<int>() == 7);
}

TEST_CASE("json: what is not JSON is refused, with the byte and without the text") {
  for (const std::string_view text : {"", " ", "{", "[1,]", "{\"a\":1,}", "{'a':1}", "01", "+1", ".5", "1.", "0x10", "NaN", "Infinity", "tru", "\"a", "\"\t\"", "[1] 2", "{} {}", "//x\n1", "/**/1"}) {
    CAPTURE(text);
    CHECK(refused(text).message.find("byte") != std::string::npos);
  }
  CHECK(refused(R"({"name": "Ada Invented)").message.find("Ada") == std::string::npos);
}

TEST_CASE("json: what the library would let pass is refused as well") {
  CHECK(refused("\xEF\xBB\xBF{}").message.find("byte order mark") != std::string::npos);
  CHECK(refused(R"(["a\u0000b"])").message.find("NUL") != std::string::npos);
  CHECK(refused(R"({"a\u0000b": 1})").message.find("NUL") != std::string::npos);
  CHECK(refused("123456789012345678901234567890").message.find("64 bits") != std::string::npos);
  CHECK(refused("-9223372036854775809").message.find("64 bits") != std::string::npos);
}

TEST_CASE("json: a member that stands twice is refused, with a pointer") {
  const Error failure = refused(R"({"a": [{"b/c": 1, "b/c": 2}]})");
  REQUIRE(failure.fields.size() == 1);
  CHECK(failure.fields[0].pointer == "/a/0/b~1c");
}

TEST_CASE("json: bad UTF-8 and lone surrogates are refused") {
  for (const std::string_view text : {"\"\xff\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", R"("\ud800")", R"("\udc00x")", R"("\ud800\u0041")"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_json(text));
  }
  CHECK(parse_json(R"("\ud83d\ude00")")->get<std::string>() == "\xF0\x9F\x98\x80");
}

TEST_CASE("json: 64 levels are the most") {
  const auto nested = [](int levels) { return std::string(static_cast<std::size_t>(levels), '[') + std::string(static_cast<std::size_t>(levels), ']'); };
  CHECK(parse_json(nested(json_depth_max)));
  CHECK_FALSE(parse_json(nested(json_depth_max + 1)));
  CHECK_FALSE(parse_json(std::string(1'000'000, '[')));
}
