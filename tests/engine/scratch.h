#pragma once
// A temporary folder of one test, and a real disk that refuses on demand.

#include <rocksdb/env.h>

#include <atomic>
#include <filesystem>
#include <string>

namespace acta {

class Scratch {
 public:
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "acta-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// Fails to put new files in place, or to sync, while it is told to.
class RefusingDisk : public rocksdb::EnvWrapper {
 public:
  RefusingDisk() : EnvWrapper(rocksdb::Env::Default()) {}
  rocksdb::Status RenameFile(const std::string& from, const std::string& to) override {
    if (refuse_renames) return refused();
    ++renames;
    return EnvWrapper::RenameFile(from, to);
  }
  rocksdb::Status NewWritableFile(const std::string& path, std::unique_ptr<rocksdb::WritableFile>* out, const rocksdb::EnvOptions& options) override {
    rocksdb::Status opened = EnvWrapper::NewWritableFile(path, out, options);
    if (opened.ok()) *out = std::make_unique<File>(std::move(*out), *this);
    return opened;
  }
  std::atomic<bool> refuse_renames = false, refuse_syncs = false;
  std::atomic<int> renames = 0;

 private:
  static rocksdb::Status refused() { return rocksdb::Status::IOError("planted failure"); }
  struct File : rocksdb::WritableFileWrapper {
    File(std::unique_ptr<rocksdb::WritableFile> held, const RefusingDisk& on) : WritableFileWrapper(held.get()), file(std::move(held)), disk(on) {}
    rocksdb::Status Sync() override { return disk.refuse_syncs ? refused() : WritableFileWrapper::Sync(); }
    rocksdb::Status Fsync() override { return disk.refuse_syncs ? refused() : WritableFileWrapper::Fsync(); }
    std::unique_ptr<rocksdb::WritableFile> file;
    const RefusingDisk& disk;
  };
};

}  // namespace acta
