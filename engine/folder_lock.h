#pragma once
// Who may use a data folder: one writer, or any number of readers. An advisory lock on <data>/acta.lock, which holds the
// writer's process id; the kernel gives it up when the process ends, however it ends.

#include <string>

#include "engine/ledger/ledger.h"

namespace acta {

inline constexpr std::string_view lock_file_name = "acta.lock";

class FolderLock {
 public:
  // Waits shortly for a process that is about to end. Error: in_use (by which process), unavailable.
  static Result<FolderLock> take(const std::string& data_folder, Access access);
  FolderLock() = default;  // holds nothing
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;
  ~FolderLock();
  void release();

 private:
  int file_ = -1;
  bool writer_ = false;
};

}  // namespace acta
