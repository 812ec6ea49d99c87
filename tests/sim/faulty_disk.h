#pragma once
// An in-memory disk under RocksDB and under our own files, which loses power and fails on demand. Any thread.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "tests/sim/disk_model.h"

namespace rocksdb {
class Env;
}

namespace acta::sim {

enum class Step : std::uint8_t { write, sync };       // an append to a file | the sync of a file or folder
enum class Failure : std::uint8_t {
  fails,                  // error, nothing happened
  fails_but_persisted,    // error, and yet it is on the disk
  torn,                   // error, the first half is there
};

struct Trouble {
  Step step = Step::sync;
  Failure failure = Failure::fails;
  std::uint64_t nth = 1;  // counted from now, of this step
};

class FaultyDisk {
 public:
  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  rocksdb::Env& env() const { return *env_; }

  // The power goes with the nth step from now: that step and all later ones fail and change nothing.
  void cut_power_after(std::uint64_t steps);
  void arm(const Trouble& trouble);
  bool powered() const;
  bool troubled() const;                               // the armed failure has happened
  std::uint64_t steps() const;                         // taken so far; RocksDB's info log does not count
  std::uint64_t syncs() const;

  // Loses what a crash may lose, disarms, and gives the power back. Whoever had files open must be gone.
  void crash(std::uint64_t seed);

 private:
  friend class FaultyFileSystem;
  friend class FaultyFile;

  bool off() const { return steps_ >= power_ends_at_; }
  // The failure that this step meets; counts it.
  enum class Outcome : std::uint8_t { works, off, fails, fails_but_persisted, torn };
  Outcome take(Step step, const std::string& path);

  mutable std::mutex mutex_;
  DiskModel model_;
  std::uint64_t steps_ = 0, writes_ = 0, syncs_ = 0, generation_ = 0;
  std::uint64_t power_ends_at_ = UINT64_MAX, trouble_at_ = UINT64_MAX;
  Trouble trouble_;
  bool troubled_ = false;
  std::map<std::string, bool> locks_;
  std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace acta::sim
