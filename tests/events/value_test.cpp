#include "events/value.h"

#include <doctest/doctest.h>

#include <limits>

using namespace acta;

namespace {

Bytes bytes(const Value& value) {
  Bytes out;
  put_value(out, value);
  return out;
}

}  // namespace

TEST_CASE("value: the canonical bytes are those of docs/FORMAT.md") {
  CHECK(to_hex(bytes(text("ab"))) == "016162");
  CHECK(to_hex(bytes(number(-1))) == "02ffffffffffffffff");
  CHECK(to_hex(bytes(Value{Money{1, "EUR"}})) == "030000000000000001455552");
  CHECK(to_hex(bytes(flag(true))) == "0401");
  CHECK(to_hex(bytes(Value{AnyId{}})) == "0500000000000000000000000000000000");
  CHECK(to_hex(bytes(list({text("a"), flag(false)}))) == "060000000201610000000204" "00");
}

TEST_CASE("value: bytes are read back, and anything else is damaged") {
  for (const Value& value : {text(""), text("é"), number(std::numeric_limits<std::int64_t>::min()), Value{Money{-5, "JPY"}}, flag(false), Value{AnyId{}}, list({}), list({list({number(1)}), text("x")})}) CHECK(*read_value(bytes(value)) == value);
  for (const std::string_view hex : {"", "00", "07", "02", "0200", "0402", "04", "05ff", "0600000002", "060000000101ff", "03000000000000000"}) {
    const auto stored = from_hex(hex.size() % 2 == 0 ? hex : hex.substr(1));
    CAPTURE(hex);
    CHECK_FALSE(read_value(*stored));
  }
}

TEST_CASE("value: nesting has an end") {
  Value deep = text("x");
  for (int i = 0; i < 40; ++i) deep = list({deep});
  CHECK_FALSE(read_value(bytes(deep)));
}
