#include "engine/backup/backup.h"

#include <rocksdb/env.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <numeric>

#include "engine/backup/hashed_copy.h"
#include "engine/control_events.h"
#include "engine/disk.h"
#include "engine/folders.h"
#include "engine/published.h"
#include "events/sha256.h"

namespace acta {
namespace {

constexpr std::string_view subscriptions = "/subscriptions", lists = "/backups", stored = "/files", list_suffix = ".list", unfinished = ".tmp";
constexpr std::size_t digits = 6;

std::string list_path(const std::string& folder, std::uint64_t number) {
  const std::string text = std::to_string(number);
  return folder + std::string(lists) + "/" + std::string(digits - std::min(digits, text.size()), '0') + text + std::string(list_suffix);
}

std::string file_name(const Hash& digest) { return std::string(stored.substr(1)) + "/" + to_text(digest); }
std::string file_path(const std::string& folder, const Hash& digest) { return folder + "/" + file_name(digest); }

std::vector<std::string> names_in(rocksdb::Env& env, const std::string& folder) {
  std::vector<std::string> names;
  if (!env.GetChildren(folder, &names).ok()) return {};
  std::erase_if(names, [](const std::string& name) { return name == "." || name == ".."; });
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<std::uint64_t> number_of(std::string_view name) {
  if (!name.ends_with(list_suffix)) return std::nullopt;
  name.remove_suffix(list_suffix.size());
  std::uint64_t number = 0;
  const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), number);
  return failure == std::errc() && end == name.data() + name.size() ? std::optional(number) : std::nullopt;
}

// What makes up a database: neither locks nor logs for people.
bool belongs(std::string_view name) {
  return name == "CURRENT" || name == "IDENTITY" || name.starts_with("MANIFEST-") || name.starts_with("OPTIONS-") || name.ends_with(".sst") || name.ends_with(".log");
}

std::uint64_t size_of(rocksdb::Env& env, const std::string& path) {
  std::uint64_t bytes = 0;
  return env.GetFileSize(path, &bytes).ok() ? bytes : 0;
}

// What a copy that was killed left behind.
void remove_unfinished(rocksdb::Env& env, const std::string& folder) {
  for (const std::string& name : names_in(env, folder + std::string(stored)))
    if (name.ends_with(unfinished)) env.DeleteFile(folder + std::string(stored) + "/" + name).PermitUncheckedError();
}

class Progressed {
 public:
  Progressed(const BackupProgress& tell, std::uint64_t total) : tell_(tell), total_(total) {}
  BytesRead reader() {
    return [this](std::uint64_t bytes) {
      done_ += bytes;
      if (tell_) tell_(done_, total_);
    };
  }

 private:
  const BackupProgress& tell_;
  std::uint64_t total_, done_ = 0;
};

Error changed(const std::string& path) { return error(Code::damaged, path + " changed while it was copied: somebody writes to it"); }

// Under a name of its own until it is whole and durable.
Result<void> store(rocksdb::Env& env, const std::string& folder, const std::string& from, const HashedFile& expected) {
  const std::string path = file_path(folder, expected.digest);
  ACTA_TRY(const HashedFile copied, copy_file(env, from, path + std::string(unfinished), nullptr));
  if (copied.digest != expected.digest) return changed(from);
  const rocksdb::Status renamed = env.RenameFile(path + std::string(unfinished), path);
  if (!renamed.ok()) return error(Code::unavailable, "rename to " + path + ": " + renamed.ToString());
  return {};
}

Result<void> take_files(rocksdb::Env& env, const std::string& folder, const BackupSource& source, BackupMade& made) {
  std::uint64_t total = 0;
  auto names = names_in(env, source.ledger);
  std::erase_if(names, [](const std::string& name) { return !belongs(name); });
  for (const std::string& name : names) total += size_of(env, source.ledger + "/" + name);
  Progressed progressed(source.progress, total);
  for (const std::string& name : names) {
    const std::string from = source.ledger + "/" + name;
    ACTA_TRY(const HashedFile file, hash_file(env, from, progressed.reader()));
    made.backup.files.push_back({.digest = file.digest, .size = file.size, .name = name});
    if (size_of(env, file_path(folder, file.digest)) == file.size && env.FileExists(file_path(folder, file.digest)).ok()) continue;
    ACTA_CHECK(store(env, folder, from, file));
    ++made.files_copied;
    made.bytes_copied += file.size;
  }
  return sync_names(env, folder + std::string(stored));
}

// Small, and in memory.
Result<void> take_subscriptions(rocksdb::Env& env, const std::string& folder, const BackupSource& source, BackupMade& made) {
  for (const BackupSource::Subscription& one : source.subscriptions) {
    const BackupFile file{.digest = sha256(one.content), .size = one.content.size(), .name = one.name};
    made.backup.subscriptions.push_back(file);
    if (size_of(env, file_path(folder, file.digest)) == file.size && env.FileExists(file_path(folder, file.digest)).ok()) continue;
    ACTA_CHECK(write_file_durably(env, file_path(folder, file.digest), one.content));
    ++made.files_copied;
    made.bytes_copied += file.size;
  }
  return {};
}

// What the copied ledger says of itself.
Result<void> describe(rocksdb::Env& env, const BackupSource& source, Backup& backup) {
  ACTA_TRY(const auto ledger, Ledger::open({.folder = source.ledger, .env = &env, .access = Access::read, .create = false, .sync = true}));
  ACTA_TRY(const Opening opening, load_opening(*ledger));
  backup.origin = opening.origin;
  backup.size = ledger->head().size;
  backup.root = ledger->head().root;
  return {};
}

Result<void> check_place(rocksdb::Env& env, const std::string& data) {
  for (const std::string& name : names_in(env, data)) return error(Code::conflict, data + " is not empty (there is " + name + "): a backup is restored into a new folder");
  return {};
}

std::uint64_t bytes_of(const std::vector<BackupFile>& files) {
  return std::accumulate(files.begin(), files.end(), std::uint64_t{0}, [](std::uint64_t sum, const BackupFile& file) { return sum + file.size; });
}

Result<void> restore_files(rocksdb::Env& env, const std::string& folder, const std::vector<BackupFile>& files, const std::string& to, const BackupProgress& progress) {
  Progressed progressed(progress, bytes_of(files));
  for (const BackupFile& file : files) {
    ACTA_TRY(const HashedFile copied, copy_file(env, file_path(folder, file.digest), to + "/" + file.name, progressed.reader()));
    if (copied.digest != file.digest) return error(Code::damaged, folder + "/" + file_name(file.digest) + " (" + file.name + ") is not what was backed up: restore another backup; `acta backup verify` says which are whole");
  }
  return sync_names(env, to);
}

Result<void> restore_subscriptions(rocksdb::Env& env, const std::string& folder, const Backup& backup, const std::string& data) {
  if (backup.subscriptions.empty()) return {};
  ACTA_CHECK(make_folder(env, data + std::string(subscriptions)));
  return restore_files(env, folder, backup.subscriptions, data + std::string(subscriptions), {});
}

}  // namespace

// A name that a write has not reached yet ends with .tmp.
Result<std::vector<BackupSource::Subscription>> read_subscriptions(rocksdb::Env& env, const std::string& folder) {
  std::vector<BackupSource::Subscription> found;
  for (const std::string& name : names_in(env, folder)) {
    if (name.ends_with(unfinished)) continue;
    auto content = read_file(env, folder + "/" + name);
    if (!content && content.error().code == Code::not_found) continue;   // removed meanwhile
    if (!content) return content.error();
    found.push_back({.name = name, .content = *std::move(content)});
  }
  return found;
}

Result<std::vector<Backup>> list_backups(rocksdb::Env& env, const std::string& folder) {
  if (!env.FileExists(folder + std::string(lists)).ok()) return error(Code::not_found, "no backups in " + folder);
  std::vector<Backup> found;
  for (const std::string& name : names_in(env, folder + std::string(lists))) {
    const auto number = number_of(name);
    if (!number) continue;
    ACTA_TRY(const Bytes text, read_file(env, folder + std::string(lists) + "/" + name));
    auto backup = parse_backup(text_view(text));
    if (!backup && backup.error().code == Code::newer) return backup.error();
    if (!backup) return error(Code::damaged, folder + std::string(lists) + "/" + name + ": " + backup.error().message);
    backup->number = *number;
    found.push_back(*std::move(backup));
  }
  std::sort(found.begin(), found.end(), [](const Backup& a, const Backup& b) { return a.number < b.number; });
  return found;
}

Result<BackupMade> create_backup(rocksdb::Env& env, const std::string& folder, const BackupSource& source) {
  BackupMade made;
  made.backup.made = source.now;
  made.backup.note = source.note;
  ACTA_CHECK(describe(env, source, made.backup));
  for (const std::string& one : {folder, folder + std::string(stored), folder + std::string(lists)}) ACTA_CHECK(make_folder(env, one));
  ACTA_TRY(const auto before, list_backups(env, folder));
  for (const Backup& earlier : before)
    if (earlier.origin != made.backup.origin) return error(Code::conflict, folder + " holds backups of " + earlier.origin + ", this is " + made.backup.origin + ": name another folder");
  remove_unfinished(env, folder);
  made.backup.number = before.empty() ? 1 : before.back().number + 1;
  ACTA_CHECK(take_subscriptions(env, folder, source, made));
  ACTA_CHECK(take_files(env, folder, source, made));
  const std::string text = to_text(made.backup);
  ACTA_CHECK(write_file_durably(env, list_path(folder, made.backup.number), view(std::string_view(text))));
  return made;
}

std::vector<BackupFault> check_backup(rocksdb::Env& env, const std::string& folder, const Backup& backup, const BackupProgress& progress) {
  std::vector<BackupFault> faults;
  std::vector<BackupFile> files = backup.files;
  files.insert(files.end(), backup.subscriptions.begin(), backup.subscriptions.end());
  Progressed progressed(progress, bytes_of(files));
  for (const BackupFile& file : files) {
    const auto found = hash_file(env, file_path(folder, file.digest), progressed.reader());
    const bool missing = !found && found.error().code == Code::not_found;
    if (!found) faults.push_back({.file = file_name(file.digest), .name = file.name, .detail = missing ? "is missing" : found.error().message, .missing = missing});
    else if (found->digest != file.digest) faults.push_back({.file = file_name(file.digest), .name = file.name, .detail = "is not what was backed up"});
  }
  return faults;
}

Result<void> link_backup(rocksdb::Env& env, const std::string& folder, const Backup& backup, const std::string& to) {
  ACTA_CHECK(make_folder(env, to));
  for (const BackupFile& file : backup.files) {
    const rocksdb::Status linked = env.LinkFile(file_path(folder, file.digest), to + "/" + file.name);
    if (!linked.ok()) return error(Code::unavailable, "link " + to + "/" + file.name + ": " + linked.ToString());
  }
  return {};
}

Result<void> restore_backup(rocksdb::Env& env, const std::string& folder, const Backup& backup, const std::string& data, const BackupProgress& progress) {
  ACTA_CHECK(check_place(env, data));
  ACTA_CHECK(make_folder(env, data));
  const std::string ledger = data + "/ledger";
  ACTA_CHECK(make_folder(env, ledger));
  ACTA_CHECK(restore_files(env, folder, backup.files, ledger, progress));
  ACTA_CHECK(restore_subscriptions(env, folder, backup, data));
  return write_format(env, data);
}

}  // namespace acta
