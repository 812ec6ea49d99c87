#pragma once
// Open files and folders of a FaultyDisk.

#include <rocksdb/file_system.h>

#include "tests/sim/faulty_disk.h"

namespace acta::sim {

inline rocksdb::IOStatus no_power() { return rocksdb::IOStatus::IOError("no power"); }
inline rocksdb::IOStatus failed(const std::string& path) { return rocksdb::IOStatus::IOError("planted failure: " + path); }

// One open file. Reading and writing share it, as the model does.
class FaultyFile {
 public:
  FaultyFile(FaultyDisk& disk, std::string path, InodePtr file);
  rocksdb::IOStatus read(std::uint64_t offset, std::size_t count, rocksdb::Slice* out, char* scratch) const;
  rocksdb::IOStatus append(const rocksdb::Slice& data);
  rocksdb::IOStatus truncate(std::uint64_t size);
  rocksdb::IOStatus sync();
  std::uint64_t size() const;

 private:
  bool gone() const;   // the power failed since it was opened
  void put(const rocksdb::Slice& data);
  void keep();

  FaultyDisk& disk_;
  std::string path_;
  InodePtr file_;
  std::uint64_t generation_;
};

std::unique_ptr<rocksdb::FSSequentialFile> sequential(FaultyFile file);
std::unique_ptr<rocksdb::FSRandomAccessFile> random_access(FaultyFile file);
std::unique_ptr<rocksdb::FSWritableFile> writable(FaultyFile file);

}  // namespace acta::sim
