// Backups: made while a server records, checked like the ledger itself, put back into a new folder.

#include "engine/backup/backup.h"

#include <rocksdb/env.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "engine/clock.h"
#include "engine/disk.h"
#include "engine/folders.h"
#include "tools/acta/ledger_copy.h"
#include "tools/acta/progress.h"
#include "tools/acta/session.h"
#include "tools/acta/table.h"
#include "tools/acta/terminal.h"
#include "tools/acta/verbs.h"
#include "tools/acta/verified.h"

namespace acta::cli {
namespace {

rocksdb::Env& disk() { return *rocksdb::Env::Default(); }

std::uint64_t bytes_of_files(const Backup& backup) {
  std::uint64_t bytes = 0;
  for (const BackupFile& file : backup.files) bytes += file.size;
  return bytes;
}

Json json_of(const Backup& backup) {
  return {{"number", backup.number}, {"made", to_text(backup.made)}, {"origin", backup.origin}, {"size", backup.size}, {"root", to_base64(view(backup.root))}, {"files", backup.files.size()}, {"subscriptions", backup.subscriptions.size()}, {"bytes", bytes_of_files(backup)}};
}

// The one asked for, else the newest.
Result<Backup> chosen(const BackupOptions& options) {
  ACTA_TRY(auto backups, acta::list_backups(disk(), options.folder));
  const auto found = std::find_if(backups.begin(), backups.end(), [&](const Backup& one) { return one.number == options.number; });
  if (options.number && found == backups.end()) return error(Code::not_found, "no backup " + std::to_string(*options.number) + " in " + options.folder);
  if (backups.empty()) return error(Code::not_found, "no backup in " + options.folder);
  return options.number ? std::move(*found) : std::move(backups.back());
}

BackupProgress shown_on(Progress& bar) {
  return [&bar](std::uint64_t done, std::uint64_t total) { bar.show(done >> 20, total >> 20); };
}

Result<BackupMade> make(const Globals& globals, const std::string& folder) {
  const Folders folders = folders_of(globals);
  remove_left_copies(folder);
  ACTA_TRY(auto subscriptions, read_subscriptions(disk(), folders.data + "/subscriptions"));
  ACTA_TRY(const LedgerCopy copy, ledger_copy(folders));
  const auto note = read_file(disk(), copy.head);
  if (!note && note.error().code != Code::not_found) return note.error();
  Progress bar("backup (MiB)");
  return acta::create_backup(disk(), folder, {.ledger = copy.ledger, .note = note ? std::string(text_view(*note)) : std::string(), .now = WallClock().now(), .progress = shown_on(bar), .subscriptions = std::move(subscriptions)});
}

Result<VerifyReport> verified_backup(const BackupOptions& options, const Backup& backup, const std::optional<PublicKey>& key) {
  const CopyFolder opened(options.folder);
  ACTA_CHECK(make_folder(disk(), opened.path));
  ACTA_CHECK(link_backup(disk(), options.folder, backup, opened.path + "/ledger"));
  const std::string head = backup.note.empty() ? "" : opened.path + "/head";
  if (!head.empty()) ACTA_CHECK(write_file_durably(disk(), head, view(std::string_view(backup.note))));
  return verified({.ledger = opened.path + "/ledger", .head = head, .name = options.folder, .key = key});
}

void find(VerifyReport& report, std::string what, std::string detail) {
  report.findings.push_back({.position = {}, .what = std::move(what), .detail = std::move(detail)});
}

// The list is no part of the ledger: what it says has to be what the ledger says.
void compare_list(const Backup& backup, VerifyReport& report) {
  if (report.verdict != Verdict::sound) return;
  if (backup.origin == report.origin && backup.size == report.size && backup.root == report.root) return;
  report.verdict = Verdict::tampered;
  find(report, "list", "the list of backup " + std::to_string(backup.number) + " does not say what its files hold");
}

// Files first, each by its name; what they hold is looked into only where all are there.
Result<VerifyReport> check(const BackupOptions& options, const Backup& backup, const std::optional<PublicKey>& key) {
  const auto faults = [&] {
    Progress bar("files (MiB)");
    return check_backup(disk(), options.folder, backup, shown_on(bar));
  }();
  const bool missing = std::any_of(faults.begin(), faults.end(), [](const BackupFault& fault) { return fault.missing; });
  VerifyReport report;
  if (!missing) {
    ACTA_TRY(report, verified_backup(options, backup, key));
    compare_list(backup, report);
  }
  for (const BackupFault& fault : faults) find(report, "file", fault.file + " (" + fault.name + ") " + fault.detail);
  if (!faults.empty() && report.verdict != Verdict::untrusted_key) report.verdict = std::all_of(faults.begin(), faults.end(), [](const BackupFault& fault) { return fault.missing; }) ? Verdict::incomplete : Verdict::tampered;
  return report;
}

// What the head file at hand says about a restored ledger, before anybody starts it.
struct Standing {
  std::string state;                       // newest, locked, no_head_file
  std::string sentence;
};

Standing standing_of(const Folders& folders, const BackupOptions& options, const Backup& backup) {
  const auto read = read_file(disk(), folders.head);
  const auto note = read ? parse_note(text_view(*read)) : Result<Note>(read.error());
  const auto head = note ? parse_checkpoint(note->text) : Result<Checkpoint>(note.error());
  if (!head) return {"no_head_file", "There is no head file " + folders.head + ", so it does not start: put back the newest you have. If all are lost, that of this backup is what `acta backup list " + options.folder + " --head " + std::to_string(backup.number) + "` prints."};
  if (head->size <= backup.size) return {"newest", "It is as new as the head file " + folders.head + "."};
  return {"locked", "LOCKED: the head file " + folders.head + " was signed at " + std::to_string(head->size) + " entries, so it is older than what was recorded and does not start. `acta recover` says what is missing."};
}

}  // namespace

int create_backup(const Globals& globals, const BackupOptions& options) {
  if (!globals.url.empty()) return report_usage("backup works where the folder is (--data), not over a network (--url, ACTA_URL).");
  const auto made = make(globals, options.folder);
  if (!made) return report(globals, made.error());
  Json told = json_of(made->backup);
  told["files_copied"] = made->files_copied;
  told["bytes_copied"] = made->bytes_copied;
  if (globals.json) std::cout << told.dump() << "\n";
  else std::cout << "Backup " << made->backup.number << " in " << options.folder << ": " << made->backup.size << " entries, " << made->backup.files.size() << " files, " << made->files_copied << " of them new.\nKeys are not in it, so that destroyed ones cannot come back: `acta backup keys create` keeps copies of them apart.\n";
  return Exit::ok;
}

int list_backups(const Globals& globals, const BackupOptions& options) {
  if (options.number) {
    const auto one = chosen(options);
    if (!one) return report(globals, one.error());
    return std::cout << one->note, Exit::ok;
  }
  const auto found = acta::list_backups(disk(), options.folder);
  if (!found) return report(globals, found.error());
  Json all = Json::array();
  std::vector<TableRow> rows;
  for (const Backup& backup : *found) {
    all.push_back(json_of(backup));
    rows.push_back({std::to_string(backup.number), to_text(backup.made), std::to_string(backup.size), std::to_string(backup.files.size()), std::to_string(bytes_of_files(backup))});
  }
  std::cout << (globals.json ? all.dump() + "\n" : render_table({{"backup", true, false}, {"made", false, false}, {"entries", true, false}, {"files", true, false}, {"bytes", true, false}}, rows, terminal_width()));
  return Exit::ok;
}

int verify_backup(const Globals& globals, const BackupOptions& options) {
  const auto key = trusted_key(options.key);
  if (!key) return report_usage(key.error().message);
  const auto backup = chosen(options);
  if (!backup) return report(globals, backup.error());
  const auto found = check(options, *backup, *key);
  return found ? print_verified(globals, *found, options.folder + ", backup " + std::to_string(backup->number)) : report(globals, found.error());
}

int restore_backup(const Globals& globals, const BackupOptions& options) {
  const auto backup = chosen(options);
  if (!backup) return report(globals, backup.error());
  Globals at = globals;
  at.data = options.to;
  const Folders folders = folders_of(at);
  {
    Progress bar("restore (MiB)");
    const auto restored = acta::restore_backup(disk(), options.folder, *backup, folders.data, shown_on(bar));
    if (!restored) return report(globals, restored.error());
  }
  const Standing standing = standing_of(folders, options, *backup);
  Json told = json_of(*backup);
  told["state"] = standing.state;
  if (globals.json) std::cout << told.dump() << "\n";
  else std::cout << "Restored backup " << backup->number << ", " << backup->size << " entries, into " << folders.data << ". Keys: " << folders.keys << " and " << folders.kek << ".\n" << printable(standing.sentence) << "\n";
  return Exit::ok;
}

}  // namespace acta::cli
