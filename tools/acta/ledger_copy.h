#pragma once
// The bytes of a ledger that nobody writes to. A live database is never opened beside its owner: the server is asked for a
// copy, which costs it no pause and no space (the files are linked).

#include <string>
#include <utility>

#include "engine/folder_lock.h"

namespace acta {
struct Folders;
}

namespace acta::cli {

// The folder's own files, or a copy of them that goes when this does.
struct LedgerCopy {
  std::string ledger, head;                // the database's folder; the head file of before the copy was made
  FolderLock lock;
  std::string later_head;                  // the head file of after the copy was made; empty: no copy
  std::string scratch;                     // empty: no copy

  LedgerCopy() = default;
  LedgerCopy(LedgerCopy&& other) noexcept : ledger(std::move(other.ledger)), head(std::move(other.head)), lock(std::move(other.lock)), later_head(std::move(other.later_head)), scratch(std::exchange(other.scratch, {})) {}
  LedgerCopy& operator=(LedgerCopy&&) = delete;
  ~LedgerCopy();
};

// What a check that was killed left behind in a folder: copies named verify-PID whose process is no more.
void remove_left_copies(const std::string& folder);
// Links to files, within a folder that lies on the same disk; gone with this.
struct CopyFolder {
  std::string path;
  explicit CopyFolder(const std::string& within);   // removes what was left there
  CopyFolder(const CopyFolder&) = delete;
  CopyFolder& operator=(const CopyFolder&) = delete;
  ~CopyFolder();
};

// Error: not_found, foreign, newer, in_use, unavailable.
Result<LedgerCopy> ledger_copy(const Folders& folders);

}  // namespace acta::cli
