#include <doctest/doctest.h>

#include <limits>

#include "events/render.h"

using namespace acta;

TEST_CASE("amount: minor units follow the currency") {
  CHECK(parse_amount("1250.00", "EUR")->minor == 125'000);
  CHECK(parse_amount("1250", "EUR")->minor == 125'000);
  CHECK(parse_amount("1250.5", "EUR")->minor == 125'050);
  CHECK(parse_amount("1250", "JPY")->minor == 1'250);
  CHECK(parse_amount("1.234", "TND")->minor == 1'234);
  CHECK(parse_amount("-0.01", "EUR")->minor == -1);
  CHECK(parse_amount("92233720368547758.07", "EUR")->minor == std::numeric_limits<std::int64_t>::max());
}

TEST_CASE("amount: what the currency has no digits for, or 64 bits no room, is refused") {
  for (const std::string_view amount : {"", "-", ".5", "5.", "1,5", "+1", "01", "1.005", "1e3", " 1", "0x1", "92233720368547758.08", "99999999999999999999"}) {
    CAPTURE(amount);
    CHECK_FALSE(parse_amount(amount, "EUR"));
  }
  CHECK_FALSE(parse_amount("1.5", "JPY"));
  for (const std::string_view currency : {"", "eur", "EURO", "E R", "XYZ", "R U"}) CHECK_FALSE(parse_amount("1", currency));
}

TEST_CASE("amount: what was parsed renders as it is written in accounts") {
  CHECK(render_amount({125'000, "EUR"}) == "1250.00");
  CHECK(render_amount({-5, "EUR"}) == "-0.05");
  CHECK(render_amount({0, "EUR"}) == "0.00");
  CHECK(render_amount({1'250, "JPY"}) == "1250");
  CHECK(render_amount({1, "TND"}) == "0.001");
  CHECK(render_amount({std::numeric_limits<std::int64_t>::min(), "EUR"}) == "-92233720368547758.08");
}
