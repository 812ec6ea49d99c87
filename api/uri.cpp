#include "api/uri.h"

#include <utility>

namespace acta {

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
