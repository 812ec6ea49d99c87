#pragma once
// Instants are microseconds since 1970-01-01T00:00:00Z. Text form: RFC 3339, UTC, six decimals.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "events/result.h"

namespace acta {

struct Instant {
  std::int64_t micros = 0;
  auto operator<=>(const Instant&) const = default;
};

struct Date {  // a local calendar day, no zone
  std::int16_t year = 0;
  std::uint8_t month = 0;
  std::uint8_t day = 0;
  auto operator<=>(const Date&) const = default;
};

std::string to_text(Instant instant);                    // 2021-03-02T09:00:00.000000Z
std::string to_text(Date date);                          // 2021-03-02
Result<Instant> parse_instant(std::string_view text);    // RFC 3339 with any offset; years 1900 to 9999
Result<Date> parse_date(std::string_view text);          // YYYY-MM-DD, a day that exists
Instant start_of(Date date);                             // first instant of the day, UTC
Date date_of(Instant instant);                           // the UTC day

}  // namespace acta
