#include "tools/acta/moment.h"

#include "events/time.h"

namespace acta::cli {
namespace {

constexpr std::int64_t day_micros = 86'400'000'000;

Result<std::string> checked(const std::string& option, const std::string& given) {
  if (parse_instant(given)) return given;
  return error(Code::invalid, option + " must be a date, as 2022-03-01, or a time, as 2022-03-01T12:00:00Z.");
}

}  // namespace

Result<std::string> by_the_end_of(const std::string& option, const std::string& given) {
  if (given.empty()) return given;
  if (const auto date = parse_date(given)) return to_text(Instant{start_of(*date).micros + day_micros - 1});
  return checked(option, given);
}

Result<Moment> at_the_start_of(const std::string& option, const std::string& given) {
  if (const auto date = parse_date(given)) return Moment{to_text(start_of(*date)), true};
  ACTA_TRY(auto text, checked(option, given));
  return Moment{std::move(text), false};
}

Result<void> read_moments(std::initializer_list<std::pair<const char*, std::string*>> options) {
  for (const auto& [option, text] : options) {
    if (text->empty()) continue;
    ACTA_TRY(auto moment, at_the_start_of(option, *text));
    *text = std::move(moment.text);
  }
  return {};
}

}  // namespace acta::cli
