#pragma once
// Backups of a ledger in a folder of their own: each file once, under the digest of its bytes, and one list of files for each
// backup (docs/FORMAT.md "Backup"). Copied from a database that nobody writes to: a stopped folder, or a copy that a server made.

#include <functional>

#include "engine/ledger/note.h"
#include "events/bytes.h"
#include "events/ids.h"
#include "events/time.h"

namespace rocksdb {
class Env;
}

namespace acta {

struct BackupFile {
  Hash digest;                             // SHA-256 of its bytes; the file is files/<digest in hex>
  std::uint64_t size = 0;
  std::string name;                        // in the ledger's folder
  bool operator==(const BackupFile&) const = default;
};

struct Backup {
  std::uint64_t number = 0;                // from 1
  Instant made;
  std::string origin;
  std::uint64_t size = 0;                  // entries
  Hash root;
  std::string note;                        // the head file at that time; empty: there was none
  std::vector<BackupFile> files;
  std::vector<BackupFile> subscriptions = {};   // named readers of the feed, and how far each had come
};

using BackupProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;   // bytes

struct BackupSource {
  std::string ledger;                      // the database's folder
  std::string note;                        // the head file, read before the copy was made
  Instant now;
  BackupProgress progress = {};
  // Read before the copy was made, so that none is ahead of it. Kept as they are.
  struct Subscription { std::string name; Bytes content; };
  std::vector<Subscription> subscriptions = {};
};
// All that lie in a folder. Nothing: there is no such folder. Error: unavailable.
Result<std::vector<BackupSource::Subscription>> read_subscriptions(rocksdb::Env& env, const std::string& folder);

struct BackupMade {
  Backup backup;
  std::uint64_t files_copied = 0, bytes_copied = 0;
};

// The list of files is written last, and only when all of them are durable: ended at any moment, the backups of before are
// whole. Only files that the folder does not have are copied. Error: conflict (backups of another ledger), full, damaged,
// unavailable.
Result<BackupMade> create_backup(rocksdb::Env& env, const std::string& folder, const BackupSource& source);

// Ascending by number. Error: not_found (no backup folder), damaged (a list that cannot be read, named), newer, unavailable.
Result<std::vector<Backup>> list_backups(rocksdb::Env& env, const std::string& folder);

struct BackupFault {
  std::string file;                        // in the backup folder
  std::string name;                        // what it is in the ledger's folder
  std::string detail;
  bool missing = false;
};
// Reads every file of a backup; goes on after a fault.
std::vector<BackupFault> check_backup(rocksdb::Env& env, const std::string& folder, const Backup& backup, const BackupProgress& progress);

// The database's files alone, linked into a new folder: to look into a backup costs no space. Error: unavailable.
Result<void> link_backup(rocksdb::Env& env, const std::string& folder, const Backup& backup, const std::string& to);

// With its subscriptions, into a data folder that must not exist, or be empty. Each file is checked while it is copied; the folder is one of Acta's
// only when all is there and durable. Error: conflict, damaged (file named), full, unavailable.
Result<void> restore_backup(rocksdb::Env& env, const std::string& folder, const Backup& backup, const std::string& data, const BackupProgress& progress);

// The text of a list and back. Error: malformed, newer.
std::string to_text(const Backup& backup);
Result<Backup> parse_backup(std::string_view text);

}  // namespace acta
