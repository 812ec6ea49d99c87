#include "events/time.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace acta {
namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;
constexpr std::int64_t year_min = 1900;

std::chrono::year_month_day calendar_day(Date date) {
  return std::chrono::year{date.year} / std::chrono::month{date.month} / std::chrono::day{date.day};
}

// Takes digits off the front of a text; a missing one makes ok false for good.
struct Scanner {
  std::string_view rest;
  bool ok = true;

  bool next_is(std::string_view any_of) const { return !rest.empty() && any_of.find(rest.front()) != std::string_view::npos; }
  char take() {
    const char first = rest.empty() ? '\0' : rest.front();
    rest.remove_prefix(rest.empty() ? 0 : 1);
    return first;
  }
  void expect(std::string_view any_of) { ok = next_is(any_of) && take() != '\0' && ok; }
  std::int64_t digits(int count) {
    std::int64_t value = 0;
    for (int i = 0; i < count; ++i) {
      ok = ok && next_is("0123456789");
      value = value * 10 + (ok ? take() - '0' : 0);
    }
    return value;
  }
  std::int64_t within(int count, std::int64_t most) {
    const std::int64_t value = digits(count);
    ok = ok && value <= most;
    return value;
  }
};

Date scan_date(Scanner& in) {
  Date date;
  date.year = static_cast<std::int16_t>(in.digits(4));
  in.expect("-");
  date.month = static_cast<std::uint8_t>(in.digits(2));
  in.expect("-");
  date.day = static_cast<std::uint8_t>(in.digits(2));
  in.ok = in.ok && date.year >= year_min && calendar_day(date).ok();
  return date;
}

// More than six decimals are cut off: microseconds are what we keep.
std::int64_t scan_fraction(Scanner& in) {
  if (!in.next_is(".")) return 0;
  in.take();
  in.ok = in.ok && in.next_is("0123456789");
  std::int64_t micros = 0;
  std::int64_t unit = second / 10;
  for (; in.next_is("0123456789"); unit /= 10) micros += (in.take() - '0') * unit;
  return micros;
}

std::int64_t scan_time(Scanner& in) {
  std::int64_t micros = in.within(2, 23) * hour;
  in.expect(":");
  micros += in.within(2, 59) * minute;
  in.expect(":");
  micros += in.within(2, 59) * second;
  return micros + scan_fraction(in);
}

std::int64_t scan_offset(Scanner& in) {
  const char sign = in.take();
  if (sign == 'Z' || sign == 'z') return 0;
  in.ok = in.ok && (sign == '+' || sign == '-');
  std::int64_t micros = in.within(2, 23) * hour;
  in.expect(":");
  micros += in.within(2, 59) * minute;
  return sign == '-' ? -micros : micros;
}

}  // namespace

std::string to_text(Date date) {
  std::array<char, 16> text{};
  const int size = std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", date.year, static_cast<unsigned>(date.month), static_cast<unsigned>(date.day));
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string to_text(Instant instant) {
  const Date date = date_of(instant);
  const std::int64_t rest = instant.micros - start_of(date).micros;
  std::array<char, 32> text{};
  const int size = std::snprintf(text.data(), text.size(), "T%02d:%02d:%02d.%06dZ", static_cast<int>(rest / hour), static_cast<int>(rest / minute % 60),
                                 static_cast<int>(rest / second % 60), static_cast<int>(rest % second));
  return to_text(date).append(text.data(), static_cast<std::size_t>(size));
}

Result<Instant> parse_instant(std::string_view text) {
  Scanner in{text};
  const Date date = scan_date(in);
  in.expect("Tt");
  const std::int64_t time = scan_time(in);
  const std::int64_t offset = scan_offset(in);
  if (!in.ok || !in.rest.empty()) return error(Code::invalid, "not an instant as 2021-03-02T09:00:00Z, years 1900 to 9999");
  return Instant{start_of(date).micros + time - offset};
}

Result<Date> parse_date(std::string_view text) {
  Scanner in{text};
  const Date date = scan_date(in);
  if (!in.ok || !in.rest.empty()) return error(Code::invalid, "not a date as 2021-03-02, years 1900 to 9999");
  return date;
}

Instant start_of(Date date) {
  return Instant{std::chrono::sys_days{calendar_day(date)}.time_since_epoch().count() * day};
}

Date date_of(Instant instant) {
  const auto whole = std::chrono::floor<std::chrono::days>(std::chrono::microseconds{instant.micros});
  const std::chrono::year_month_day found{std::chrono::sys_days{whole}};
  return Date{static_cast<std::int16_t>(static_cast<int>(found.year())), static_cast<std::uint8_t>(static_cast<unsigned>(found.month())),
              static_cast<std::uint8_t>(static_cast<unsigned>(found.day()))};
}

}  // namespace acta
