// The list of a backup's files: lines of words, then the head file as it was.

#include "engine/backup/list_lines.h"

namespace acta {
namespace {

constexpr std::string_view first_line = "acta-backup 1", second_line = "acta-backup 2", family = "acta-backup ", head_line = "head";

Error malformed(const std::string& what) { return error(Code::malformed, "no list of a backup: " + what); }

// A name that stays in the folder it is put into.
bool is_plain(std::string_view name) { return !name.empty() && name != "." && name != ".." && name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos; }

Result<void> take_member(Backup& backup, std::string_view line) {
  if (const auto words = after(line, "file")) {
    ACTA_TRY(BackupFile file, file_in(*words));
    backup.files.push_back(std::move(file));
    return {};
  }
  if (const auto words = after(line, "subscription")) {
    ACTA_TRY(BackupFile file, file_in(*words));
    backup.subscriptions.push_back(std::move(file));
    return {};
  }
  if (const auto origin = after(line, "origin")) return backup.origin = std::string(*origin), Result<void>();
  if (const auto made = after(line, "made")) {
    const auto number = number_in(*made);
    if (!number) return malformed("`made` is a number of microseconds");
    return backup.made = Instant{static_cast<std::int64_t>(*number)}, Result<void>();
  }
  if (const auto root = after(line, "root")) {
    const auto hash = hash_in(*root);
    if (!hash) return malformed("`root` is a hash");
    return backup.root = *hash, Result<void>();
  }
  const auto entries = after(line, "entries");
  const auto size = entries ? number_in(*entries) : std::nullopt;
  if (!size) return malformed("an unknown line");
  backup.size = *size;
  return {};
}

}  // namespace

Result<BackupFile> file_in(std::string_view words) {
  const std::size_t first = words.find(' ');
  const std::size_t second = first == std::string_view::npos ? first : words.find(' ', first + 1);
  if (second == std::string_view::npos) return malformed("a file has a digest, a size and a name");
  const auto digest = hash_in(words.substr(0, first));
  const auto size = number_in(words.substr(first + 1, second - first - 1));
  BackupFile file{.digest = {}, .size = size.value_or(0), .name = std::string(words.substr(second + 1))};
  if (!digest || !size || !is_plain(file.name)) return malformed("a file's digest, size or name is none");
  file.digest = *digest;
  return file;
}

// Lists with subscriptions are of the second format: a program that does not know them would restore without.
std::string to_text(const Backup& backup) {
  std::string text = std::string(backup.subscriptions.empty() ? first_line : second_line) + "\norigin " + backup.origin + "\nmade " + std::to_string(backup.made.micros) + "\nentries " + std::to_string(backup.size) + "\nroot " + to_text(backup.root) + "\n";
  for (const BackupFile& file : backup.files) text += "file " + words_of(file);
  for (const BackupFile& file : backup.subscriptions) text += "subscription " + words_of(file);
  return text + std::string(head_line) + "\n" + backup.note;
}

Result<Backup> parse_backup(std::string_view text) {
  const std::string_view first = take_line(text);
  const bool known = first == first_line || first == second_line;
  if (!known && first.starts_with(family)) return error(Code::newer, "a backup of a newer format: use a newer acta");
  if (!known) return malformed("it does not begin with `" + std::string(first_line) + "`");
  Backup backup;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line == head_line) return backup.note = std::string(text), std::move(backup);
    ACTA_CHECK(take_member(backup, line));
  }
  return malformed("it ends before its head");
}

}  // namespace acta
