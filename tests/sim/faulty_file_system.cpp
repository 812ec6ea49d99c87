#include "tests/sim/faulty_file_system.h"

#include "tests/sim/faulty_file.h"

namespace acta::sim {

using rocksdb::FileLock;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

namespace {

class Lock final : public FileLock {
 public:
  explicit Lock(std::string path) : path_(std::move(path)) {}
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

IOStatus missing(const std::string& path) { return IOStatus::PathNotFound(path); }

class Folder final : public rocksdb::FSDirectory {
 public:
  explicit Folder(std::function<IOStatus()> sync) : sync_(std::move(sync)) {}
  IOStatus Fsync(const IOOptions&, IODebugContext*) override { return sync_(); }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }

 private:
  std::function<IOStatus()> sync_;
};

}  // namespace

IOStatus FaultyFileSystem::open_for_reading(const Path& path, InodePtr& found) const {
  if (disk_.off()) return no_power();
  found = disk_.model_.find(clean(path));
  return found && !found->folder ? IOStatus::OK() : missing(path);
}

IOStatus FaultyFileSystem::NewSequentialFile(const Path& path, const FileOptions&, Out<rocksdb::FSSequentialFile> out, Debug*) {
  const std::lock_guard lock(disk_.mutex_);
  InodePtr found;
  IOStatus status = open_for_reading(path, found);
  if (status.ok()) *out = sequential(FaultyFile(disk_, clean(path), found));
  return status;
}

IOStatus FaultyFileSystem::NewRandomAccessFile(const Path& path, const FileOptions&, Out<rocksdb::FSRandomAccessFile> out, Debug*) {
  const std::lock_guard lock(disk_.mutex_);
  InodePtr found;
  IOStatus status = open_for_reading(path, found);
  if (status.ok()) *out = random_access(FaultyFile(disk_, clean(path), found));
  return status;
}

IOStatus FaultyFileSystem::ReopenWritableFile(const Path& path, const FileOptions& options, Out<rocksdb::FSWritableFile> out, Debug* debug) {
  {
    const std::lock_guard lock(disk_.mutex_);
    InodePtr found;
    if (open_for_reading(path, found).ok()) {
      *out = writable(FaultyFile(disk_, clean(path), found));
      return IOStatus::OK();
    }
  }
  return NewWritableFile(path, options, out, debug);
}

IOStatus FaultyFileSystem::change_names(const Path& path, const std::function<IOStatus()>& change) const {
  using Outcome = FaultyDisk::Outcome;
  switch (disk_.take(path)) {
    case Outcome::works: return change();
    case Outcome::off: return no_power();
    case Outcome::persisted:
      if (change().ok()) disk_.model_.sync_newest_name();
      break;
    case Outcome::lost: disk_.model_.lose_names(parent_of(path), disk_.dice_); break;
    case Outcome::fails:
    case Outcome::torn: break;
  }
  return failed(path);
}

IOStatus FaultyFileSystem::sync_names(const Path& folder) const {
  using Outcome = FaultyDisk::Outcome;
  switch (disk_.take(folder)) {
    case Outcome::works: disk_.model_.sync_names(folder); return IOStatus::OK();
    case Outcome::off: return no_power();
    case Outcome::fails: break;
    case Outcome::persisted: disk_.model_.sync_names(folder); break;
    case Outcome::torn: disk_.model_.sync_half_of_names(folder); break;
    case Outcome::lost: disk_.model_.lose_names(folder, disk_.dice_); break;
  }
  return failed(folder);
}

IOStatus FaultyFileSystem::NewWritableFile(const Path& path, const FileOptions&, Out<rocksdb::FSWritableFile> out, Debug*) {
  const std::lock_guard lock(disk_.mutex_);
  const std::string name = clean(path);
  const IOStatus status = change_names(name, [&] {
    if (!disk_.model_.find(parent_of(name))) return missing(path);
    disk_.model_.create(name, false);
    return IOStatus::OK();
  });
  if (status.ok()) *out = writable(FaultyFile(disk_, name, disk_.model_.find(name)));
  return status;
}

IOStatus FaultyFileSystem::NewDirectory(const Path& path, const IOOptions&, Out<rocksdb::FSDirectory> out, Debug*) {
  const std::lock_guard lock(disk_.mutex_);
  if (disk_.off()) return no_power();
  const std::string name = clean(path);
  if (!disk_.model_.find(name)) return missing(path);
  *out = std::make_unique<Folder>([this, name] {
    const std::lock_guard inner(disk_.mutex_);
    return sync_names(name);
  });
  return IOStatus::OK();
}

IOStatus FaultyFileSystem::FileExists(const Path& path, const IOOptions&, Debug*) {
  const std::lock_guard lock(disk_.mutex_);
  if (disk_.off()) return no_power();
  return disk_.model_.find(clean(path)) ? IOStatus::OK() : IOStatus::NotFound();
}

IOStatus FaultyFileSystem::GetChildren(const Path& path, const IOOptions&, std::vector<std::string>* out, Debug*) {
  const std::lock_guard lock(disk_.mutex_);
  if (disk_.off()) return no_power();
  const std::string name = clean(path);
  if (!disk_.model_.find(name)) return IOStatus::NotFound(path);
  *out = disk_.model_.children(name);
  return IOStatus::OK();
}

IOStatus FaultyFileSystem::DeleteFile(const Path& path, const IOOptions&, Debug*) {
  const std::lock_guard lock(disk_.mutex_);
  const std::string name = clean(path);
  return change_names(name, [&] {
    if (!disk_.model_.find(name)) return missing(path);
    disk_.model_.remove(name);
    return IOStatus::OK();
  });
}

IOStatus FaultyFileSystem::Truncate(const Path& path, size_t size, const IOOptions&, Debug*) {
  InodePtr found;
  {
    const std::lock_guard lock(disk_.mutex_);
    if (IOStatus status = open_for_reading(path, found); !status.ok()) return status;
  }
  return FaultyFile(disk_, clean(path), found).truncate(size);
}

IOStatus FaultyFileSystem::CreateDir(const Path& path, const IOOptions&, Debug*) {
  const std::lock_guard lock(disk_.mutex_);
  const std::string name = clean(path);
  return change_names(name, [&] {
    if (disk_.model_.find(name)) return IOStatus::IOError("exists: " + path);
    if (!disk_.model_.find(parent_of(name))) return missing(path);
    disk_.model_.create(name, true);
    return IOStatus::OK();
  });
}

IOStatus FaultyFileSystem::CreateDirIfMissing(const Path& path, const IOOptions& options, Debug* debug) {
  {
    const std::lock_guard lock(disk_.mutex_);
    if (disk_.off()) return no_power();
    if (disk_.model_.find(clean(path))) return IOStatus::OK();
  }
  return CreateDir(path, options, debug);
}

IOStatus FaultyFileSystem::DeleteDir(const Path& path, const IOOptions&, Debug*) {
  const std::lock_guard lock(disk_.mutex_);
  const std::string name = clean(path);
  return change_names(name, [&] {
    if (!disk_.model_.find(name)) return missing(path);
    if (!disk_.model_.empty(name)) return IOStatus::IOError("not empty: " + path);
    disk_.model_.remove(name);
    return IOStatus::OK();
  });
}

IOStatus FaultyFileSystem::GetFileSize(const Path& path, const IOOptions&, uint64_t* size, Debug*) {
  const std::lock_guard lock(disk_.mutex_);
  InodePtr found;
  IOStatus status = open_for_reading(path, found);
  if (status.ok()) *size = found->data.size();
  return status;
}

IOStatus FaultyFileSystem::GetFileModificationTime(const Path&, const IOOptions&, uint64_t* seconds, Debug*) {
  *seconds = 0;
  return IOStatus::OK();
}

IOStatus FaultyFileSystem::RenameFile(const Path& from, const Path& to, const IOOptions&, Debug*) {
  const std::lock_guard lock(disk_.mutex_);
  return change_names(clean(to), [&] {
    if (!disk_.model_.find(clean(from))) return missing(from);
    disk_.model_.rename(clean(from), clean(to));
    return IOStatus::OK();
  });
}

IOStatus FaultyFileSystem::LinkFile(const Path& from, const Path& to, const IOOptions&, Debug*) {
  const std::lock_guard lock(disk_.mutex_);
  return change_names(clean(to), [&] {
    if (!disk_.model_.find(clean(from))) return missing(from);
    if (disk_.model_.find(clean(to))) return IOStatus::IOError("exists: " + to);
    disk_.model_.link(clean(from), clean(to));
    return IOStatus::OK();
  });
}

IOStatus FaultyFileSystem::LockFile(const Path& path, const IOOptions&, FileLock** lock, Debug*) {
  const std::lock_guard guard(disk_.mutex_);
  if (disk_.off()) return no_power();
  bool& held = disk_.locks_[clean(path)];
  if (held) return IOStatus::IOError("lock held: " + path);
  held = true;
  if (!disk_.model_.find(clean(path))) disk_.model_.create(clean(path), false);
  *lock = new Lock(clean(path));  // RocksDB's contract: UnlockFile deletes it
  return IOStatus::OK();
}

IOStatus FaultyFileSystem::UnlockFile(FileLock* lock, const IOOptions&, Debug*) {
  const std::lock_guard guard(disk_.mutex_);
  const std::unique_ptr<Lock> held(static_cast<Lock*>(lock));
  disk_.locks_.erase(held->path());
  return IOStatus::OK();
}

IOStatus FaultyFileSystem::GetTestDirectory(const IOOptions&, std::string* path, Debug*) {
  *path = "/test";
  return IOStatus::OK();
}

IOStatus FaultyFileSystem::GetAbsolutePath(const Path& path, const IOOptions&, std::string* out, Debug*) {
  *out = path.starts_with("/") ? path : "/" + path;
  return IOStatus::OK();
}

IOStatus FaultyFileSystem::GetFreeSpace(const Path&, const IOOptions&, uint64_t* bytes, Debug*) {
  *bytes = std::uint64_t{1} << 40;
  return IOStatus::OK();
}

IOStatus FaultyFileSystem::IsDirectory(const Path& path, const IOOptions&, bool* is, Debug*) {
  const std::lock_guard lock(disk_.mutex_);
  const InodePtr found = disk_.model_.find(clean(path));
  if (!found) return missing(path);
  *is = found->folder;
  return IOStatus::OK();
}

}  // namespace acta::sim
