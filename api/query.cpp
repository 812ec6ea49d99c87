#include "api/query.h"

#include <algorithm>
#include <charconv>

namespace acta {
namespace {

constexpr std::size_t page_default = 50, page_max = 500;

Error bad(std::string_view name, std::string_view what) {
  return error(Code::malformed, "query parameter `" + std::string(name) + "`: " + std::string(what));
}

}  // namespace

Result<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || failure != std::errc() || end != text.data() + text.size()) return error(Code::malformed, "not a number in decimal digits");
  return value;
}

Result<void> Query::only(std::initializer_list<std::string_view> known) const { return only(known, {}); }

Result<void> Query::only(std::initializer_list<std::string_view> once, std::initializer_list<std::string_view> repeated) const {
  const auto among = [](std::initializer_list<std::string_view> names, std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  for (const auto& [name, value] : given_) {
    if (among(repeated, name)) continue;
    if (!among(once, name)) return bad(name, "not known here");
    if (given_.count(name) > 1) return bad(name, "given twice");
  }
  return {};
}

std::optional<std::string_view> Query::text(std::string_view name) const {
  const auto found = given_.find(std::string(name));
  if (found == given_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> Query::texts(std::string_view name) const {
  std::vector<std::string> out;
  const auto [begin, end] = given_.equal_range(std::string(name));
  for (auto at = begin; at != end; ++at) out.push_back(at->second);
  return out;
}

Result<std::optional<std::uint64_t>> Query::number(std::string_view name) const {
  const auto given = text(name);
  if (!given) return std::optional<std::uint64_t>();
  const auto value = parse_number(*given);
  if (!value) return bad(name, value.error().message);
  return std::optional(*value);
}

Result<std::optional<Instant>> Query::instant(std::string_view name) const {
  const auto given = text(name);
  if (!given) return std::optional<Instant>();
  const auto value = parse_instant(*given);
  if (!value) return bad(name, "a time is RFC 3339, as 2024-05-13T09:00:00Z (a plus sign is %2B)");
  return std::optional(*value);
}

Result<bool> Query::flag(std::string_view name) const {
  const auto given = text(name);
  if (!given || *given == "false") return false;
  if (*given == "true") return true;
  return bad(name, "true or false");
}

Result<std::size_t> Query::page_limit() const {
  ACTA_TRY(const auto given, number("limit"));
  if (!given) return page_default;
  if (*given < 1 || *given > page_max) return bad("limit", "1 to " + std::to_string(page_max));
  return static_cast<std::size_t>(*given);
}

}  // namespace acta
