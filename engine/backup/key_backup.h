#pragma once
// Backups of a key store, in a folder of their own and never beside a ledger's: what was destroyed in the store must be gone
// from its backups too, so each lives for 30 days, where ledger backups may be kept for ever (docs/FORMAT.md "Backup").

#include "engine/backup/backup.h"
#include "engine/ledger/ledger.h"
#include "engine/privacy/key_store.h"

namespace acta {

inline constexpr std::int64_t key_backup_life_micros = 30ll * 24 * 3'600 * 1'000'000;

// The ledger backup that it serves: every box in that can be opened with it.
struct Served {
  std::uint64_t number = 0, size = 0;      // of the backup; of its entries
  Hash root;
  bool operator==(const Served&) const = default;
};

struct KeyBackup {
  std::uint64_t number = 0;                // from 1
  Instant made;
  std::string origin;
  LedgerId ledger;
  Served serves;
  std::vector<BackupFile> files;           // as they lie in the store, each sealed; and the key-encryption key
  Instant expires() const { return Instant{made.micros + key_backup_life_micros}; }
};

struct KeyBackupSource {
  std::string keys, kek;                   // the store's folder and key-encryption key; it may be in use
  LedgerId ledger;
  Backup serves;                           // made before
  Instant now;
};

// Mode 0600 in folders of 0700. Its list is written last: ended at any moment, those of before are whole. Error: conflict (a
// folder of ledger backups, keys of another ledger, or a ledger backup that is said to be newer than now), and those of
// KeyStore::open.
Result<KeyBackup> create_key_backup(rocksdb::Env& env, const std::string& folder, const KeyBackupSource& source);

// Ascending by number. Error: not_found, damaged (a list that cannot be read, named), newer, unavailable.
Result<std::vector<KeyBackup>> list_key_backups(rocksdb::Env& env, const std::string& folder);

// Destroys those whose 30 days are over. Gives their numbers. Error: as list_key_backups.
Result<std::vector<std::uint64_t>> expire_key_backups(rocksdb::Env& env, const std::string& folder, Instant now);

// The store as it was; nothing may be minted in it. Error: damaged (a file is not what was backed up), and those of KeyStore::open.
Result<std::unique_ptr<KeyStore>> open_key_backup(rocksdb::Env& env, const std::string& folder, const KeyBackup& backup, Randomness& randomness);

// One box for each key that a ledger has boxes of.
struct BoxesOpened {
  std::uint64_t keys = 0;                  // that opened theirs
  struct Fault {
    Position position;                     // of the first box
    std::string detail;
    bool missing = false;                  // the key; else the box does not open
  };
  std::vector<Fault> faults;
};
// Error: damaged, unavailable.
Result<BoxesOpened> open_box_of_each_key(const Ledger& ledger, const std::string& origin, const KeyStore& keys, const BackupProgress& entries);

// To places where no store is. Without its last file, which is written last, it is none: cut short, it may be done again.
// Error: conflict, damaged, full, unavailable.
Result<void> restore_key_backup(rocksdb::Env& env, const std::string& folder, const KeyBackup& backup, const std::string& keys, const std::string& kek);

// The text of a list and back. Error: malformed, newer.
std::string to_text(const KeyBackup& backup);
Result<KeyBackup> parse_key_backup(std::string_view text);

}  // namespace acta
