#include "engine/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

namespace acta {
namespace {

constexpr int attempts_max = 20;
constexpr std::chrono::milliseconds attempt_pause{50};

Error failed(const std::string& path, int reason) { return error(Code::unavailable, path + ": " + std::strerror(reason)); }

bool lock_soon(int file, int how) {
  for (int attempt = 1; flock(file, how | LOCK_NB) != 0; ++attempt) {
    if (attempt == attempts_max) return false;
    std::this_thread::sleep_for(attempt_pause);
  }
  return true;
}

std::string holder(int file) {
  char text[32] = {};
  const ssize_t count = pread(file, text, sizeof text - 1, 0);
  const std::string pid(text, count > 0 ? static_cast<std::size_t>(count) : 0);
  if (pid.empty()) return "a reading process";
  return "process " + pid.substr(0, pid.find('\n'));
}

// Tells others who is here; a lock without a name holds as well.
void leave_name(int file) {
  const std::string pid = std::to_string(getpid()) + "\n";
  if (ftruncate(file, 0) != 0 || pwrite(file, pid.data(), pid.size(), 0) < 0) return;
}

}  // namespace

Result<FolderLock> FolderLock::take(const std::string& data_folder, Access access) {
  const std::string path = data_folder + "/" + std::string(lock_file_name);
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return failed(path, errno);
  FolderLock lock;
  lock.file_ = file;
  if (!lock_soon(file, access == Access::write ? LOCK_EX : LOCK_SH)) return error(Code::in_use, "data folder " + data_folder + " is in use by " + holder(file));
  lock.writer_ = access == Access::write;
  if (lock.writer_) leave_name(file);
  return lock;
}

FolderLock::FolderLock(FolderLock&& other) noexcept : file_(std::exchange(other.file_, -1)), writer_(std::exchange(other.writer_, false)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(writer_, other.writer_);
  return *this;
}

FolderLock::~FolderLock() { release(); }

void FolderLock::release() {
  if (file_ < 0) return;
  if (writer_ && ftruncate(file_, 0) != 0) writer_ = false;
  ::close(std::exchange(file_, -1));
}

}  // namespace acta
