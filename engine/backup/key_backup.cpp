#include "engine/backup/key_backup.h"

#include <rocksdb/env.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "engine/backup/list_lines.h"
#include "engine/disk.h"
#include "engine/privacy/box.h"
#include "events/sha256.h"

namespace acta {
namespace {

constexpr std::string_view first_line = "acta-key-backup 1", family = "acta-key-backup ", last_line = "end";
constexpr std::string_view prefix = "keys-", list_name = "list", kek_name = "kek", secrets_name = "secrets", unfinished = ".tmp";
constexpr std::size_t digits = 6;
// A file that is gone before it is read: keys are being rotated. Then all of them are read again.
constexpr int attempts_max = 5;

std::string folder_of(const std::string& folder, std::uint64_t number) {
  const std::string text = std::to_string(number);
  return folder + "/" + std::string(prefix) + std::string(digits - std::min(digits, text.size()), '0') + text;
}

std::optional<std::uint64_t> number_of(std::string_view name) {
  if (!name.starts_with(prefix)) return std::nullopt;
  return number_in(name.substr(prefix.size()));
}

std::vector<std::string> names_in(rocksdb::Env& env, const std::string& folder) {
  std::vector<std::string> names;
  if (!env.GetChildren(folder, &names).ok()) return {};
  std::erase_if(names, [](const std::string& name) { return name == "." || name == ".."; });
  std::sort(names.begin(), names.end());
  return names;
}

struct KeyFile {
  std::string name;
  Bytes content;
};

// From the last to the first: segments fill up one after the other, so that one read later is never fuller than it has to be.
Result<std::vector<KeyFile>> read_once(rocksdb::Env& env, const KeyBackupSource& source) {
  std::vector<std::string> names = names_in(env, source.keys);
  std::erase_if(names, [](const std::string& name) { return name.ends_with(unfinished); });
  std::vector<KeyFile> files;
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    ACTA_TRY(Bytes content, read_file(env, source.keys + "/" + *name));
    files.push_back({.name = *name, .content = std::move(content)});
  }
  ACTA_TRY(Bytes kek, read_file(env, source.kek));
  files.push_back({.name = std::string(kek_name), .content = std::move(kek)});
  return files;
}

Result<std::vector<KeyFile>> read_all(rocksdb::Env& env, const KeyBackupSource& source) {
  if (!env.FileExists(source.keys).ok()) return error(Code::missing_key, "key folder " + source.keys + " is missing");
  for (int attempt = 1;; ++attempt) {
    auto files = read_once(env, source);
    if (files || files.error().code != Code::not_found) return files;
    if (attempt == attempts_max) return error(Code::missing_key, files.error().message);
  }
}

Result<void> check_place(rocksdb::Env& env, const std::string& folder, const KeyBackupSource& source) {
  for (const char* other : {"/files", "/backups"})
    if (env.FileExists(folder + other).ok()) return error(Code::conflict, folder + " holds backups of a ledger: keys are kept apart from them, in a folder of their own");
  if (source.serves.made > source.now) return error(Code::conflict, "ledger backup " + std::to_string(source.serves.number) + " says that it was made later than now (" + to_text(source.serves.made) + "): look at the clock of this machine");
  return {};
}

Result<void> check_whose(const std::vector<KeyBackup>& before, const KeyBackupSource& source, const std::string& folder) {
  for (const KeyBackup& earlier : before)
    if (earlier.ledger != source.ledger) return error(Code::conflict, folder + " holds keys of " + earlier.origin + ", these are of " + source.serves.origin + ": name another folder");
  return {};
}

// One that has no list: its making, or its destruction, was cut short.
Result<void> remove_unfinished(rocksdb::Env& env, const std::string& folder) {
  for (const std::string& name : names_in(env, folder)) {
    if (!number_of(name) || env.FileExists(folder + "/" + name + "/" + std::string(list_name)).ok()) continue;
    ACTA_CHECK(remove_folder_durably(env, folder + "/" + name));
  }
  return {};
}

Result<void> check_file(const std::string& path, const BackupFile& file, const Bytes& content) {
  if (content.size() == file.size && sha256(content) == file.digest) return {};
  return error(Code::damaged, path + " is not what was backed up: take another backup of the keys");
}

Result<void> copy_checked(rocksdb::Env& env, const std::string& from, const BackupFile& file, const std::string& to) {
  ACTA_TRY(const Bytes content, read_file(env, from));
  ACTA_CHECK(check_file(from, file, content));
  return write_file_durably(env, to, content);
}

// Where another one's keys would be written over.
Result<void> check_free(rocksdb::Env& env, const KeyBackup& backup, const std::string& keys, const std::string& kek) {
  if (env.FileExists(keys + "/" + std::string(secrets_name)).ok()) return error(Code::conflict, keys + " holds keys already: they are left as they are");
  const auto there = read_file(env, kek);
  if (!there) return there.error().code == Code::not_found ? Result<void>() : Result<void>(there.error());
  const auto ours = std::find_if(backup.files.begin(), backup.files.end(), [](const BackupFile& file) { return file.name == kek_name; });
  if (ours != backup.files.end() && sha256(*there) == ours->digest) return {};
  return error(Code::conflict, kek + " is another key-encryption key: it is left as it is");
}

Result<void> take_member(KeyBackup& backup, std::string_view line) {
  if (const auto words = after(line, "file")) {
    ACTA_TRY(BackupFile file, file_in(*words));
    backup.files.push_back(std::move(file));
    return {};
  }
  if (const auto origin = after(line, "origin")) return backup.origin = std::string(*origin), Result<void>();
  if (const auto ledger = after(line, "ledger")) {
    ACTA_TRY(const auto id, parse_uuid(*ledger));
    return backup.ledger = LedgerId{id}, Result<void>();
  }
  const auto made = after(line, "made");
  if (const auto micros = made ? number_in(*made) : std::nullopt) return backup.made = Instant{static_cast<std::int64_t>(*micros)}, Result<void>();
  const auto serves = after(line, "serves");
  if (!serves) return error(Code::malformed, "no list of a key backup: an unknown line");
  ACTA_TRY(const BackupFile words, file_in(std::string(serves->substr(serves->find(' ') + 1)) + " serves"));
  const auto number = number_in(serves->substr(0, serves->find(' ')));
  if (!number) return error(Code::malformed, "no list of a key backup: `serves` has a number, a root and a size");
  backup.serves = {.number = *number, .size = words.size, .root = words.digest};
  return {};
}

void open_one(const Box& box, const Entry& entry, const std::string& origin, const KeyStore& keys, BoxesOpened& opened) {
  const auto key = keys.find_key(box.person, box.retention, box.epoch);
  const auto plaintext = key ? open_box(box, *key, {.origin = origin, .event_id = entry.event_id, .type = entry.type, .version = entry.version}) : Result<Bytes>(error(Code::missing_key, "nobody has its key"));
  if (plaintext) return static_cast<void>(++opened.keys);
  opened.faults.push_back({.position = entry.position, .detail = plaintext.error().message, .missing = !key});
}

}  // namespace

std::string to_text(const KeyBackup& backup) {
  std::string text = std::string(first_line) + "\norigin " + backup.origin + "\nledger " + to_text(backup.ledger) + "\nmade " + std::to_string(backup.made.micros) + "\nserves " + std::to_string(backup.serves.number) + " " + to_text(backup.serves.root) + " " + std::to_string(backup.serves.size) + "\n";
  for (const BackupFile& file : backup.files) text += "file " + words_of(file);
  return text + std::string(last_line) + "\n";
}

Result<KeyBackup> parse_key_backup(std::string_view text) {
  const std::string_view first = take_line(text);
  if (first != first_line && first.starts_with(family)) return error(Code::newer, "a key backup of a newer format: use a newer acta");
  if (first != first_line) return error(Code::malformed, "no list of a key backup");
  KeyBackup backup;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line == last_line && text.empty()) return backup;
    ACTA_CHECK(take_member(backup, line));
  }
  return error(Code::malformed, "no list of a key backup: it ends before its end");
}

Result<std::vector<KeyBackup>> list_key_backups(rocksdb::Env& env, const std::string& folder) {
  if (!env.FileExists(folder).ok()) return error(Code::not_found, "no backups of keys in " + folder);
  std::vector<KeyBackup> found;
  for (const std::string& name : names_in(env, folder)) {
    const auto number = number_of(name);
    const std::string path = folder + "/" + name + "/" + std::string(list_name);
    if (!number || !env.FileExists(path).ok()) continue;
    ACTA_TRY(const Bytes text, read_file(env, path));
    auto backup = parse_key_backup(text_view(text));
    if (!backup) return error(backup.error().code == Code::newer ? Code::newer : Code::damaged, path + ": " + backup.error().message);
    backup->number = *number;
    found.push_back(*std::move(backup));
  }
  std::sort(found.begin(), found.end(), [](const KeyBackup& a, const KeyBackup& b) { return a.number < b.number; });
  return found;
}

Result<KeyBackup> create_key_backup(rocksdb::Env& env, const std::string& folder, const KeyBackupSource& source) {
  ACTA_CHECK(check_place(env, folder, source));
  ACTA_TRY(const auto files, read_all(env, source));
  ACTA_CHECK(make_folder(env, folder));
  ACTA_CHECK(remove_unfinished(env, folder));
  ACTA_TRY(const auto before, list_key_backups(env, folder));
  ACTA_CHECK(check_whose(before, source, folder));
  KeyBackup made{.number = before.empty() ? 1 : before.back().number + 1, .made = source.now, .origin = source.serves.origin, .ledger = source.ledger, .serves = {.number = source.serves.number, .size = source.serves.size, .root = source.serves.root}, .files = {}};
  const std::string to = folder_of(folder, made.number);
  ACTA_CHECK(make_folder(env, to));
  for (const KeyFile& file : files) {
    made.files.push_back({.digest = sha256(file.content), .size = file.content.size(), .name = file.name});
    ACTA_CHECK(write_file_durably(env, to + "/" + file.name, file.content));
  }
  const std::string text = to_text(made);
  ACTA_CHECK(write_file_durably(env, to + "/" + std::string(list_name), view(std::string_view(text))));
  return made;
}

// The list last: what was begun is gone on with by whoever comes next.
Result<std::vector<std::uint64_t>> expire_key_backups(rocksdb::Env& env, const std::string& folder, Instant now) {
  std::vector<std::uint64_t> gone;
  ACTA_TRY(const auto backups, list_key_backups(env, folder));
  for (const KeyBackup& backup : backups) {
    if (backup.expires() > now) continue;
    const std::string path = folder_of(folder, backup.number);
    for (const std::string& name : names_in(env, path))
      if (name != list_name) ACTA_CHECK(remove_file_durably(env, path + "/" + name));
    ACTA_CHECK(remove_folder_durably(env, path));
    gone.push_back(backup.number);
  }
  return gone;
}

Result<std::unique_ptr<KeyStore>> open_key_backup(rocksdb::Env& env, const std::string& folder, const KeyBackup& backup, Randomness& randomness) {
  const std::string path = folder_of(folder, backup.number);
  for (const BackupFile& file : backup.files) {
    ACTA_TRY(const Bytes content, read_file(env, path + "/" + file.name));
    ACTA_CHECK(check_file(path + "/" + file.name, file, content));
  }
  return KeyStore::open({.folder = path, .kek_file = path + "/" + std::string(kek_name), .env = &env, .randomness = &randomness}, backup.ledger);
}

Result<BoxesOpened> open_box_of_each_key(const Ledger& ledger, const std::string& origin, const KeyStore& keys, const BackupProgress& entries) {
  BoxesOpened opened;
  std::set<std::tuple<PersonId, std::string, std::uint32_t>> seen;
  const std::uint64_t size = ledger.head().size;
  for (std::uint64_t at = 0; at < size; ++at) {
    ACTA_TRY(const Entry entry, ledger.read(Position{at}));
    for (const Box& box : entry.sealed)
      if (seen.emplace(box.person, box.retention, box.epoch).second) open_one(box, entry, origin, keys, opened);
    if (entries) entries(at + 1, size);
  }
  return opened;
}

Result<void> restore_key_backup(rocksdb::Env& env, const std::string& folder, const KeyBackup& backup, const std::string& keys, const std::string& kek) {
  ACTA_CHECK(check_free(env, backup, keys, kek));
  const std::string path = folder_of(folder, backup.number);
  ACTA_CHECK(make_folder(env, keys));
  std::vector<BackupFile> files = backup.files;
  std::stable_partition(files.begin(), files.end(), [](const BackupFile& file) { return file.name != secrets_name; });
  for (const BackupFile& file : files) ACTA_CHECK(copy_checked(env, path + "/" + file.name, file, file.name == kek_name ? kek : keys + "/" + file.name));
  return {};
}

}  // namespace acta
