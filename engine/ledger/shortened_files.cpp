#include "engine/ledger/shortened_files.h"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <algorithm>

namespace acta {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

class ShortenedFile final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  ShortenedFile(std::unique_ptr<rocksdb::FSSequentialFile> file, std::uint64_t bytes) : FSSequentialFileOwnerWrapper(std::move(file)), left_(bytes) {}
  IOStatus Read(std::size_t count, const IOOptions& options, rocksdb::Slice* out, char* scratch, IODebugContext* debug) override {
    IOStatus status = FSSequentialFileOwnerWrapper::Read(std::min<std::uint64_t>(count, left_), options, out, scratch, debug);
    if (status.ok()) left_ -= out->size();
    return status;
  }
  IOStatus Skip(std::uint64_t count) override {
    const std::uint64_t skipped = std::min(count, left_);
    left_ -= skipped;
    return FSSequentialFileOwnerWrapper::Skip(skipped);
  }

 private:
  std::uint64_t left_;
};

class ShortenedFiles final : public rocksdb::FileSystemWrapper {
 public:
  ShortenedFiles(const std::shared_ptr<rocksdb::FileSystem>& base, TornFiles torn) : FileSystemWrapper(base), torn_(std::move(torn)) {}
  const char* Name() const override { return "ShortenedFiles"; }
  IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options, std::unique_ptr<rocksdb::FSSequentialFile>* out, IODebugContext* debug) override {
    IOStatus status = FileSystemWrapper::NewSequentialFile(path, options, out, debug);
    const auto torn = torn_.find(path);
    if (status.ok() && torn != torn_.end()) *out = std::make_unique<ShortenedFile>(std::move(*out), torn->second);
    return status;
  }
  IOStatus GetFileSize(const std::string& path, const IOOptions& options, std::uint64_t* bytes, IODebugContext* debug) override {
    const auto torn = torn_.find(path);
    if (torn == torn_.end()) return FileSystemWrapper::GetFileSize(path, options, bytes, debug);
    *bytes = torn->second;
    return IOStatus::OK();
  }

 private:
  TornFiles torn_;
};

}  // namespace

std::unique_ptr<rocksdb::Env> shortened(rocksdb::Env& base, TornFiles torn) {
  return rocksdb::NewCompositeEnv(std::make_shared<ShortenedFiles>(base.GetFileSystem(), std::move(torn)));
}

}  // namespace acta
