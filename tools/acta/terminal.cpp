#include "tools/acta/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <limits>

namespace acta::cli {
namespace {

constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();  // a file or a pipe cuts nothing off
constexpr std::size_t width_min = 20;
constexpr char32_t replacement = 0xFFFD;

struct CodePoint {
  char32_t value = replacement;
  std::size_t bytes = 1;
};

std::size_t length_from(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  return lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
}

// The first code point of a text that is not empty; U+FFFD over one byte where it is not UTF-8.
CodePoint first_of(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = length_from(lead);
  if (length == 0 || length > text.size()) return {};
  if (length == 1) return {lead, 1};
  char32_t value = lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0) != 0x80) return {};
    value = value << 6 | (next & 0x3F);
  }
  return {value, length};
}

std::size_t columns_of(char32_t c) {
  const bool combining = (c >= 0x300 && c <= 0x36F) || (c >= 0x200B && c <= 0x200F) || (c >= 0x20D0 && c <= 0x20FF);
  if (combining) return 0;
  const bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
                    (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) || c >= 0x1F300;
  return wide ? 2 : 1;
}

// C0, DEL, C1, and the marks that turn the writing direction.
bool steers(char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069); }

}  // namespace

std::size_t terminal_width() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return std::max<std::size_t>(size.ws_col, width_min);
  const char* columns = std::getenv("COLUMNS");
  if (columns == nullptr) return unlimited;
  const std::string_view text(columns);
  std::size_t width = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), width);
  const bool number = failure == std::errc() && end == text.data() + text.size();
  return number ? std::max(width, width_min) : unlimited;
}

bool errors_go_to_terminal() { return ::isatty(STDERR_FILENO) == 1; }

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  for (; !text.empty(); text.remove_prefix(first_of(text).bytes)) width += columns_of(first_of(text).value);
  return width;
}

std::string cut(std::string_view text, std::size_t columns) {
  if (width_of(text) <= columns) return std::string(text);
  if (columns == 0) return "";
  std::size_t end = 0, width = 0;
  while (end < text.size()) {
    const CodePoint point = first_of(text.substr(end));
    if (width + columns_of(point.value) > columns - 1) break;
    width += columns_of(point.value);
    end += point.bytes;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const CodePoint point = first_of(text);
    if (point.value == replacement) out += "\uFFFD";
    else if (steers(point.value)) out += ' ';
    else out += text.substr(0, point.bytes);
    text.remove_prefix(point.bytes);
  }
  return out;
}

}  // namespace acta::cli
