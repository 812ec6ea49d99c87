#include "tools/acta/history_item.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace acta::cli {
namespace {

constexpr std::size_t year_length = 4, month_length = 7, day_length = 10, minute_length = 16;

}  // namespace

std::string until_minute(std::string time) {
  time = time.substr(0, minute_length);
  std::replace(time.begin(), time.end(), 'T', ' ');
  return time;
}

bool flag_at(const Json& object, std::string_view name) {
  const Json& value = member(object, name);
  return value.is_boolean() && value.get<bool>();
}

bool is_refusal(const Json& item) { return text_at(member(item, "event"), "entrykind") == "refusal"; }

std::string happened(const Json& event) {
  const std::string time = text_at(event, "time"), precision = text_at(event, "timeprecision");
  if (precision == "year") return time.substr(0, year_length);
  if (precision == "month") return time.substr(0, month_length);
  return precision == "day" ? time.substr(0, day_length) : until_minute(time);
}

std::string recorded_later(const Json& event) {
  const std::string day = text_at(event, "recordedtime").substr(0, day_length);
  return happened(event).starts_with(day) ? "" : day;
}

std::string position_of(const Json& event) {
  const std::string digits = text_at(event, "sequence");
  const auto first = digits.find_first_not_of('0');
  return first == std::string::npos ? "0" : digits.substr(first);
}

// org.acta.<area>.<Event>.v<n>
std::string type_of(const Json& event) {
  const std::string type = text_at(event, "type");
  const auto version = type.rfind(".v");
  const auto name = version == std::string::npos ? std::string::npos : type.rfind('.', version - 1);
  return name == std::string::npos ? type : type.substr(name + 1, version - name - 1);
}

}  // namespace acta::cli
