#include "events/ids.h"

#include <algorithm>

namespace acta {
namespace {

constexpr std::size_t handle_characters_max = 64;
constexpr std::array<std::size_t, 4> hyphens = {8, 13, 18, 23};  // RFC 9562 section 4

// Gives the 32 digits, or nothing when a hyphen is elsewhere than in the text form.
std::string without_hyphens(std::string_view text) {
  if (text.size() == 32) return std::string(text);
  if (text.size() != 36) return {};
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool due = std::find(hyphens.begin(), hyphens.end(), i) != hyphens.end();
    if (due != (text[i] == '-')) return {};
    if (!due) digits.push_back(text[i]);
  }
  return digits;
}

bool is_handle_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

}  // namespace

std::string uuid_text(const std::array<std::uint8_t, 16>& bytes) {
  std::string text = to_hex(ByteView(bytes));
  for (const std::size_t at : hyphens) text.insert(at, 1, '-');
  return text;
}

Result<std::array<std::uint8_t, 16>> parse_uuid(std::string_view text) {
  const auto bytes = from_hex(without_hyphens(text));
  if (!bytes || bytes->size() != 16) return error(Code::invalid, "not a UUID: 32 hex digits, as 8-4-4-4-12");
  std::array<std::uint8_t, 16> id{};
  std::copy(bytes->begin(), bytes->end(), id.begin());
  return id;
}

std::string to_text(const Hash& hash) { return to_hex(view(hash)); }

bool is_handle(std::string_view text) {
  return !text.empty() && text.size() <= handle_characters_max && std::all_of(text.begin(), text.end(), is_handle_character);
}

}  // namespace acta
