#include "api/http.h"

#include <algorithm>

namespace acta {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::string_view> find(const Headers& headers, std::string_view name) {
  for (const auto& [header, value] : headers)
    if (same_name(header, name)) return value;
  return std::nullopt;
}

}  // namespace

std::optional<std::string_view> Request::header(std::string_view name) const { return find(headers, name); }
std::optional<std::string_view> Response::header(std::string_view name) const { return find(headers, name); }

}  // namespace acta
