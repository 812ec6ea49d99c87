// Amounts of money between minor units and the text that JSON carries. No doubles.

#include <algorithm>
#include <charconv>

#include "events/assert.h"
#include "events/currency.h"
#include "events/render.h"

namespace acta {
namespace {

constexpr int digits_default = 2;  // of a currency unknown to this build, in a ledger written by another

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Error not_an_amount(int digits) {
  return error(Code::invalid, digits == 0 ? "an amount in this currency is whole, as \"1250\"" : "an amount is a text with at most " + std::to_string(digits) + " decimals, as \"1250." + std::string(static_cast<std::size_t>(digits), '0') + "\"");
}

}  // namespace

std::string render_amount(const Money& money) {
  const auto digits = static_cast<std::size_t>(minor_digits(money.currency).value_or(digits_default));
  // Negating the smallest number would overflow; unsigned arithmetic does not.
  const auto magnitude = money.minor < 0 ? 0 - static_cast<std::uint64_t>(money.minor) : static_cast<std::uint64_t>(money.minor);
  std::string text = std::to_string(magnitude);
  if (text.size() <= digits) text.insert(0, digits + 1 - text.size(), '0');
  if (digits > 0) text.insert(text.size() - digits, ".");
  return (money.minor < 0 ? "-" : "") + text;
}

Result<Money> parse_amount(std::string_view amount, std::string_view currency) {
  const std::optional<int> digits = minor_digits(currency);
  if (!digits) return error(Code::invalid, "a currency is a code of ISO 4217, as EUR");
  const bool negative = amount.starts_with('-');
  const std::string_view unsigned_amount = amount.substr(negative ? 1 : 0);
  const std::size_t point = std::min(unsigned_amount.find('.'), unsigned_amount.size());
  const std::string_view whole = unsigned_amount.substr(0, point);
  const std::string_view decimals = point == unsigned_amount.size() ? std::string_view() : unsigned_amount.substr(point + 1);
  const bool has_decimals = point != unsigned_amount.size();
  const bool leading_zero = whole.size() > 1 && whole.front() == '0';
  if (!all_digits(whole) || leading_zero || (has_decimals && !all_digits(decimals)) || decimals.size() > static_cast<std::size_t>(*digits)) return not_an_amount(*digits);
  const std::string minor = (negative ? "-" : "") + std::string(whole) + std::string(decimals) + std::string(static_cast<std::size_t>(*digits) - decimals.size(), '0');
  Money money{.minor = 0, .currency = std::string(currency)};
  const auto [end, failure] = std::from_chars(minor.data(), minor.data() + minor.size(), money.minor);
  if (failure != std::errc()) return error(Code::invalid, "an amount must fit into 64 bits of minor units");
  ACTA_ASSERT(end == minor.data() + minor.size());
  return money;
}

}  // namespace acta
