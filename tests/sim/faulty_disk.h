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

// A step is an append to a file, a change of names, or the sync of a file or folder. Each ends with an error, and
enum class Failure : std::uint8_t {
  fails,                  // nothing happened
  fails_but_persisted,    // yet it is on the disk
  torn,                   // the first half is on the disk; of a single change of names: nothing
  lost,                   // nothing happened, and of what was not synced there, some is gone, in any order
};
enum class Ending : std::uint8_t { goes_on, power_goes };   // with that very step

struct Trouble {
  std::uint64_t nth = 1;  // step from now
  Failure failure = Failure::fails;
  Ending ending = Ending::goes_on;
  std::uint64_t seed = 0; // of what is lost
};

class FaultyDisk {
 public:
  FaultyDisk();
  explicit FaultyDisk(DiskModel holding);              // only this disk's, as settled() gives it
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  rocksdb::Env& env() const { return *env_; }

  // The power goes with the nth step from now: that step and all later ones fail and change nothing.
  void cut_power_after(std::uint64_t steps);
  void cut_power();
  void arm(const Trouble& trouble);
  bool powered() const;
  bool troubled() const;                               // the armed failure has happened
  std::uint64_t steps() const;                         // taken so far; RocksDB's info log does not count
  DiskModel settled() const;

  // Loses what a crash may lose, disarms, and gives the power back. Whoever had files open must be gone.
  void crash(std::uint64_t seed);

 private:
  friend class FaultyFileSystem;
  friend class FaultyFile;

  bool off() const { return steps_ >= power_ends_at_; }
  // The failure that this step meets; counts it.
  enum class Outcome : std::uint8_t { works, off, fails, persisted, torn, lost };
  Outcome take(const std::string& path);

  mutable std::mutex mutex_;
  DiskModel model_;
  std::uint64_t steps_ = 0, generation_ = 0;
  std::uint64_t power_ends_at_ = UINT64_MAX, trouble_at_ = UINT64_MAX;
  Trouble trouble_;
  bool troubled_ = false;
  std::mt19937_64 dice_;                               // of the trouble
  std::map<std::string, bool> locks_;
  std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace acta::sim
