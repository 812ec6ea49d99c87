// Backups of keys: apart from those of the ledger, taken after them, destroyed after 30 days.

#include "engine/backup/key_backup.h"

#include <rocksdb/env.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "engine/clock.h"
#include "engine/disk.h"
#include "engine/folders.h"
#include "engine/published.h"
#include "tools/acta/ledger_copy.h"
#include "tools/acta/progress.h"
#include "tools/acta/session.h"
#include "tools/acta/table.h"
#include "tools/acta/terminal.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

rocksdb::Env& disk() { return *rocksdb::Env::Default(); }

Json json_of(const KeyBackup& backup) {
  return {{"number", backup.number}, {"made", to_text(backup.made)}, {"expires", to_text(backup.expires())}, {"origin", backup.origin}, {"ledger", to_text(backup.ledger)},
          {"serves", {{"number", backup.serves.number}, {"size", backup.serves.size}, {"root", to_base64(view(backup.serves.root))}}}, {"files", backup.files.size()}};
}

Error no_backup(const std::string& what, const std::string& folder) { return error(Code::not_found, "no " + what + " in " + folder); }

// The newest, or that of a number.
template <class Backups>
Result<typename Backups::value_type> chosen(Backups all, std::optional<std::uint64_t> number, const std::string& folder) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return !number || one.number == *number; });
  if (found == all.end()) return no_backup(number ? "backup " + std::to_string(*number) : "backup", folder);
  return number ? std::move(*found) : std::move(all.back());
}

Result<KeyBackup> chosen(const KeyBackupOptions& options) {
  ACTA_TRY(auto backups, acta::list_key_backups(disk(), options.folder));
  return chosen(std::move(backups), options.number, options.folder);
}

Result<Backup> chosen_ledger(const std::string& folder, std::optional<std::uint64_t> number) {
  ACTA_TRY(auto backups, acta::list_backups(disk(), folder));
  return chosen(std::move(backups), number, folder);
}

struct OpenedLedger {
  CopyFolder copy;
  std::unique_ptr<Ledger> ledger;
  Opening opening;

  explicit OpenedLedger(const std::string& backups) : copy(backups) {}
  Result<void> open(const std::string& backups, const Backup& backup) {
    ACTA_CHECK(make_folder(disk(), copy.path));
    ACTA_CHECK(link_backup(disk(), backups, backup, copy.path + "/ledger"));
    ACTA_TRY(ledger, Ledger::open({.folder = copy.path + "/ledger", .env = &disk(), .access = Access::read, .create = false, .sync = true}));
    ACTA_TRY(opening, load_opening(*ledger));
    return {};
  }
};

struct Made {
  KeyBackup backup;
  std::vector<std::uint64_t> expired;
};

// The new one first: nobody is left without.
Result<Made> make(const Globals& globals, const KeyBackupOptions& options) {
  ACTA_TRY(Backup serves, chosen_ledger(options.ledger, {}));
  OpenedLedger served(options.ledger);
  ACTA_CHECK(served.open(options.ledger, serves));
  const Folders folders = folders_of(globals);
  const Instant now = WallClock().now();
  ACTA_TRY(KeyBackup backup, acta::create_key_backup(disk(), options.folder, {.keys = folders.keys, .kek = folders.kek, .ledger = served.opening.ledger, .serves = std::move(serves), .now = now}));
  ACTA_TRY(const auto store, open_key_backup(disk(), options.folder, backup, *system_randomness()));
  ACTA_TRY(auto expired, expire_key_backups(disk(), options.folder, now));
  return Made{.backup = std::move(backup), .expired = std::move(expired)};
}

std::string joined(const std::vector<std::uint64_t>& numbers) {
  std::string text;
  for (const std::uint64_t number : numbers) text += (text.empty() ? "" : ", ") + std::to_string(number);
  return text;
}

Result<BoxesOpened> check(const KeyBackupOptions& options, const KeyBackup& backup) {
  ACTA_TRY(const Backup serves, chosen_ledger(options.ledger, backup.serves.number));
  if (serves.origin != backup.origin || serves.root != backup.serves.root || serves.size != backup.serves.size) return error(Code::conflict, "backup " + std::to_string(serves.number) + " in " + options.ledger + " is not the one that these keys serve");
  const auto randomness = system_randomness();
  ACTA_TRY(const auto store, open_key_backup(disk(), options.folder, backup, *randomness));
  OpenedLedger served(options.ledger);
  ACTA_CHECK(served.open(options.ledger, serves));
  Progress bar("entries");
  return open_box_of_each_key(*served.ledger, served.opening.origin, *store, [&bar](std::uint64_t done, std::uint64_t total) { bar.show(done, total); });
}

bool any_missing(const BoxesOpened& opened) {
  return std::any_of(opened.faults.begin(), opened.faults.end(), [](const BoxesOpened::Fault& fault) { return fault.missing; });
}

int print(const Globals& globals, const KeyBackup& backup, const BoxesOpened& opened) {
  Json findings = Json::array();
  for (const BoxesOpened::Fault& fault : opened.faults) findings.push_back({{"position", fault.position.value}, {"detail", fault.detail}});
  const char* verdict = opened.faults.empty() ? "sound" : any_missing(opened) ? "incomplete" : "tampered";
  if (globals.json) std::cout << Json{{"verdict", verdict}, {"number", backup.number}, {"keys", opened.keys}, {"findings", findings}}.dump() << "\n";
  else {
    for (const BoxesOpened::Fault& fault : opened.faults) std::cout << "The box at position " << fault.position.value << " does not open: " << printable(fault.detail) << "\n";
    if (opened.faults.empty()) std::cout << "Sound: each of " << opened.keys << " keys opens a box of ledger backup " << backup.serves.number << ", and no key is missing.\n";
    else std::cout << "NOT SOUND: " << opened.keys << " keys open a box, " << opened.faults.size() << " do not. Take another backup of the keys.\n";
  }
  return opened.faults.empty() ? Exit::ok : any_missing(opened) ? Exit::incomplete : Exit::tampered;
}

}  // namespace

int create_key_backup(const Globals& globals, const KeyBackupOptions& options) {
  if (!globals.url.empty()) return report_usage("backup works where the keys are (--data, --keys), not over a network (--url, ACTA_URL).");
  const auto made = make(globals, options);
  if (!made) return report(globals, made.error());
  Json told = json_of(made->backup);
  told["expired"] = made->expired;
  if (globals.json) return std::cout << told.dump() << "\n", Exit::ok;
  std::cout << "Key backup " << made->backup.number << " in " << options.folder << ": " << made->backup.files.size() << " files, for ledger backup " << made->backup.serves.number << " (" << made->backup.serves.size << " entries). To be destroyed after " << to_text(made->backup.expires()).substr(0, 10) << ".\n";
  if (!made->expired.empty()) std::cout << "Destroyed, their 30 days being over: " << joined(made->expired) << "\n";
  return Exit::ok;
}

int list_key_backups(const Globals& globals, const KeyBackupOptions& options) {
  const auto found = acta::list_key_backups(disk(), options.folder);
  if (!found) return report(globals, found.error());
  Json all = Json::array();
  std::vector<TableRow> rows;
  for (const KeyBackup& backup : *found) {
    all.push_back(json_of(backup));
    rows.push_back({std::to_string(backup.number), to_text(backup.made), to_text(backup.expires()), std::to_string(backup.serves.number), std::to_string(backup.serves.size)});
  }
  std::cout << (globals.json ? all.dump() + "\n" : render_table({{"backup", true, false}, {"made", false, false}, {"expires", false, false}, {"serves", true, false}, {"entries", true, false}}, rows, terminal_width()));
  return Exit::ok;
}

int verify_key_backup(const Globals& globals, const KeyBackupOptions& options) {
  const auto backup = chosen(options);
  if (!backup) return report(globals, backup.error());
  const auto opened = check(options, *backup);
  return opened ? print(globals, *backup, *opened) : report(globals, opened.error());
}

int restore_key_backup(const Globals& globals, const KeyBackupOptions& options) {
  const auto backup = chosen(options);
  if (!backup) return report(globals, backup.error());
  if (backup->expires() <= WallClock().now() && !options.expired) return report(globals, error(Code::gone, "key backup " + std::to_string(backup->number) + " expired on " + to_text(backup->expires()) + ": keys that were destroyed since would come back with it. Put back a newer one; only if there is none, add --expired"));
  const Folders folders = folders_of(globals);
  if (const auto restored = acta::restore_key_backup(disk(), options.folder, *backup, folders.keys, folders.kek); !restored) return report(globals, restored.error());
  Json told = json_of(*backup);
  told["keys"] = folders.keys;
  told["kek"] = folders.kek;
  if (globals.json) std::cout << told.dump() << "\n";
  else std::cout << "Restored key backup " << backup->number << ", of " << to_text(backup->made) << ", to " << folders.keys << " and " << folders.kek << ".\n";
  return Exit::ok;
}

}  // namespace acta::cli
