#include "tests/sim/faulty_file.h"

#include <algorithm>
#include <cstring>

namespace acta::sim {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

FaultyFile::FaultyFile(FaultyDisk& disk, std::string path, InodePtr file)
    : disk_(disk), path_(std::move(path)), file_(std::move(file)), generation_(disk.generation_) {}

bool FaultyFile::gone() const { return disk_.off() || generation_ != disk_.generation_; }

IOStatus FaultyFile::read(std::uint64_t offset, std::size_t count, Slice* out, char* scratch) const {
  const std::lock_guard lock(disk_.mutex_);
  if (gone()) return no_power();
  const std::size_t size = file_->data.size();
  const std::size_t from = std::min(static_cast<std::size_t>(offset), size);
  const std::size_t length = std::min(count, size - from);
  if (length > 0) std::memcpy(scratch, file_->data.data() + from, length);
  *out = Slice(scratch, length);
  return IOStatus::OK();
}

void FaultyFile::put(const Slice& data) { file_->data.insert(file_->data.end(), data.data(), data.data() + data.size()); }

IOStatus FaultyFile::append(const Slice& data) {
  using Outcome = FaultyDisk::Outcome;
  const std::lock_guard lock(disk_.mutex_);
  if (gone()) return no_power();
  switch (disk_.take(path_)) {
    case Outcome::works: put(data); return IOStatus::OK();
    case Outcome::off: return no_power();
    case Outcome::fails: break;
    case Outcome::persisted: put(data); DiskModel::sync(*file_); break;
    case Outcome::torn: put(Slice(data.data(), data.size() / 2)); DiskModel::sync(*file_); break;
    case Outcome::lost: DiskModel::evict(*file_, disk_.dice_); break;
  }
  return failed(path_);
}

IOStatus FaultyFile::truncate(std::uint64_t size) {
  const std::lock_guard lock(disk_.mutex_);
  if (gone()) return no_power();
  file_->data.resize(static_cast<std::size_t>(size));
  file_->synced = std::min(file_->synced, file_->data.size());
  return IOStatus::OK();
}

// RocksDB renames CURRENT before it syncs the folder in which it made the MANIFEST: it counts on what Linux's file systems do,
// whose sync of a new file keeps its name too. Our own files are done no such favour.
void FaultyFile::keep() {
  DiskModel::sync(*file_);
  if (path_.find("/MANIFEST-") != std::string::npos) disk_.model_.sync_making_of(path_);
}

IOStatus FaultyFile::sync() {
  using Outcome = FaultyDisk::Outcome;
  const std::lock_guard lock(disk_.mutex_);
  if (gone()) return no_power();
  switch (disk_.take(path_)) {
    case Outcome::works: keep(); return IOStatus::OK();
    case Outcome::off: return no_power();
    case Outcome::fails: DiskModel::drop(*file_); break;
    case Outcome::persisted: keep(); break;
    case Outcome::torn: DiskModel::sync_half(*file_); break;
    case Outcome::lost: DiskModel::evict(*file_, disk_.dice_); break;
  }
  return failed(path_);
}

std::uint64_t FaultyFile::size() const {
  const std::lock_guard lock(disk_.mutex_);
  return file_->data.size();
}

namespace {

class Sequential final : public rocksdb::FSSequentialFile {
 public:
  explicit Sequential(FaultyFile file) : file_(std::move(file)) {}
  IOStatus Read(size_t count, const IOOptions&, Slice* out, char* scratch, IODebugContext*) override {
    IOStatus status = file_.read(at_, count, out, scratch);
    if (status.ok()) at_ += out->size();
    return status;
  }
  IOStatus Skip(uint64_t count) override {
    at_ = std::min(at_ + count, file_.size());
    return IOStatus::OK();
  }

 private:
  FaultyFile file_;
  std::uint64_t at_ = 0;
};

class RandomAccess final : public rocksdb::FSRandomAccessFile {
 public:
  explicit RandomAccess(FaultyFile file) : file_(std::move(file)) {}
  IOStatus Read(uint64_t offset, size_t count, const IOOptions&, Slice* out, char* scratch, IODebugContext*) const override {
    return file_.read(offset, count, out, scratch);
  }

 private:
  FaultyFile file_;
};

class Writable final : public rocksdb::FSWritableFile {
 public:
  explicit Writable(FaultyFile file) : file_(std::move(file)) {}
  using FSWritableFile::Append;
  IOStatus Append(const Slice& data, const IOOptions&, IODebugContext*) override { return file_.append(data); }
  IOStatus Truncate(uint64_t size, const IOOptions&, IODebugContext*) override { return file_.truncate(size); }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Sync(const IOOptions&, IODebugContext*) override { return file_.sync(); }
  // sync_file_range promises nothing: no durable size, no barrier.
  IOStatus RangeSync(uint64_t, uint64_t, const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  bool IsSyncThreadSafe() const override { return true; }
  uint64_t GetFileSize(const IOOptions&, IODebugContext*) override { return file_.size(); }

 private:
  FaultyFile file_;
};

}  // namespace

std::unique_ptr<rocksdb::FSSequentialFile> sequential(FaultyFile file) { return std::make_unique<Sequential>(std::move(file)); }
std::unique_ptr<rocksdb::FSRandomAccessFile> random_access(FaultyFile file) { return std::make_unique<RandomAccess>(std::move(file)); }
std::unique_ptr<rocksdb::FSWritableFile> writable(FaultyFile file) { return std::make_unique<Writable>(std::move(file)); }

}  // namespace acta::sim
