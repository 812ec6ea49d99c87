#pragma once
// The face of a FaultyDisk that RocksDB sees.

#include <rocksdb/file_system.h>

#include "tests/sim/faulty_disk.h"

namespace acta::sim {

class FaultyFileSystem final : public rocksdb::FileSystem {
 public:
  explicit FaultyFileSystem(FaultyDisk& disk) : disk_(disk) {}
  const char* Name() const override { return "FaultyFileSystem"; }

  template <class T>
  using Out = std::unique_ptr<T>*;
  using Path = std::string;
  using FileOptions = rocksdb::FileOptions;
  using IOStatus = rocksdb::IOStatus;
  using IOOptions = rocksdb::IOOptions;
  using Debug = rocksdb::IODebugContext;

  IOStatus NewSequentialFile(const Path& path, const FileOptions&, Out<rocksdb::FSSequentialFile> out, Debug*) override;
  IOStatus NewRandomAccessFile(const Path& path, const FileOptions&, Out<rocksdb::FSRandomAccessFile> out, Debug*) override;
  IOStatus NewWritableFile(const Path& path, const FileOptions&, Out<rocksdb::FSWritableFile> out, Debug*) override;
  IOStatus ReopenWritableFile(const Path& path, const FileOptions&, Out<rocksdb::FSWritableFile> out, Debug*) override;
  IOStatus NewDirectory(const Path& path, const IOOptions&, Out<rocksdb::FSDirectory> out, Debug*) override;
  IOStatus FileExists(const Path& path, const IOOptions&, Debug*) override;
  IOStatus GetChildren(const Path& path, const IOOptions&, std::vector<std::string>* out, Debug*) override;
  IOStatus DeleteFile(const Path& path, const IOOptions&, Debug*) override;
  IOStatus Truncate(const Path& path, size_t size, const IOOptions&, Debug*) override;
  IOStatus CreateDir(const Path& path, const IOOptions&, Debug*) override;
  IOStatus CreateDirIfMissing(const Path& path, const IOOptions&, Debug*) override;
  IOStatus DeleteDir(const Path& path, const IOOptions&, Debug*) override;
  IOStatus GetFileSize(const Path& path, const IOOptions&, uint64_t* size, Debug*) override;
  IOStatus GetFileModificationTime(const Path& path, const IOOptions&, uint64_t* seconds, Debug*) override;
  IOStatus LinkFile(const Path& from, const Path& to, const IOOptions&, Debug*) override;
  IOStatus RenameFile(const Path& from, const Path& to, const IOOptions&, Debug*) override;
  IOStatus LockFile(const Path& path, const IOOptions&, rocksdb::FileLock** lock, Debug*) override;
  IOStatus UnlockFile(rocksdb::FileLock* lock, const IOOptions&, Debug*) override;
  IOStatus GetTestDirectory(const IOOptions&, std::string* path, Debug*) override;
  IOStatus GetAbsolutePath(const Path& path, const IOOptions&, std::string* out, Debug*) override;
  IOStatus GetFreeSpace(const Path& path, const IOOptions&, uint64_t* bytes, Debug*) override;
  IOStatus IsDirectory(const Path& path, const IOOptions&, bool* is, Debug*) override;

 private:
  IOStatus open_for_reading(const Path& path, InodePtr& found) const;
  // A change of names: one step, which the power may not outlast.
  IOStatus change_names(const Path& path, const std::function<IOStatus()>& change) const;
  IOStatus sync_names(const Path& folder) const;

  FaultyDisk& disk_;
};

}  // namespace acta::sim
