#include "api/uri.h"

#include <utility>

namespace acta {
namespace {

constexpr std::string_view unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~", digits = "0123456789ABCDEF";

}  // namespace

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (unreserved.find(c) != std::string_view::npos) out += c;
    else out.append({'%', digits[byte >> 4], digits[byte & 15]});
  }
  return out;
}

std::string with_parameter(std::string_view target, std::string_view name, std::string_view value) {
  const auto mark = target.find('?');
  std::string out(target.substr(0, mark));
  char before = '?';
  auto rest = mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
  while (!rest.empty()) {
    const auto end = rest.find('&');
    const auto parameter = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (parameter.empty() || parameter.substr(0, parameter.find('=')) == name) continue;
    out.append(1, std::exchange(before, '&')).append(parameter);
  }
  return out.append(1, before).append(name).append("=").append(value);
}

}  // namespace acta
