#pragma once
// The lines of which lists of backups are made. Private to engine/backup.

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "engine/backup/backup.h"
#include "events/bytes.h"

namespace acta {

inline std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return line;
}

// "word rest" -> rest, if the word is this.
inline std::optional<std::string_view> after(std::string_view line, std::string_view word) {
  if (!line.starts_with(word) || line.size() <= word.size() || line[word.size()] != ' ') return std::nullopt;
  return line.substr(word.size() + 1);
}

inline std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failure == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(value) : std::nullopt;
}

inline std::optional<Hash> hash_in(std::string_view hex) {
  const auto bytes = from_hex(hex);
  Hash hash;
  if (!bytes || bytes->size() != hash.bytes.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), hash.bytes.begin());
  return hash;
}

// "digest size name", its name one that stays in the folder it is put into. Error: malformed.
Result<BackupFile> file_in(std::string_view words);
inline std::string words_of(const BackupFile& file) { return to_text(file.digest) + " " + std::to_string(file.size) + " " + file.name + "\n"; }

}  // namespace acta
