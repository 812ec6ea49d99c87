#include "tests/sim/faulty_disk.h"

#include <rocksdb/env.h>
#include <rocksdb/system_clock.h>

#include "tests/sim/faulty_file_system.h"

namespace acta::sim {
namespace {

// RocksDB's info log is written when it pleases; counting it would blur where a crash falls.
bool counts(const std::string& path) { return !path.substr(path.rfind('/') + 1).starts_with("LOG"); }

// RocksDB waits a second after each flush that failed.
class Impatient final : public rocksdb::SystemClockWrapper {
 public:
  using SystemClockWrapper::SystemClockWrapper;
  const char* Name() const override { return "Impatient"; }
  void SleepForMicroseconds(int) override {}
};

class Surroundings final : public rocksdb::EnvWrapper {
 public:
  explicit Surroundings(std::unique_ptr<rocksdb::Env> env) : EnvWrapper(env.get()), env_(std::move(env)) {
    file_system_ = env_->GetFileSystem();
    system_clock_ = std::make_shared<Impatient>(env_->GetSystemClock());
  }

 private:
  std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace

FaultyDisk::FaultyDisk() : env_(std::make_unique<Surroundings>(rocksdb::NewCompositeEnv(std::make_shared<FaultyFileSystem>(*this)))) {}
FaultyDisk::FaultyDisk(DiskModel holding) : FaultyDisk() { model_ = std::move(holding); }
FaultyDisk::~FaultyDisk() = default;

void FaultyDisk::cut_power_after(std::uint64_t steps) {
  const std::lock_guard lock(mutex_);
  power_ends_at_ = steps_ + steps;
}

void FaultyDisk::cut_power() {
  const std::lock_guard lock(mutex_);
  power_ends_at_ = steps_;
}

void FaultyDisk::arm(const Trouble& trouble) {
  const std::lock_guard lock(mutex_);
  trouble_ = trouble;
  trouble_at_ = steps_ + trouble.nth;
  troubled_ = false;
  dice_.seed(trouble.seed);
}

bool FaultyDisk::powered() const {
  const std::lock_guard lock(mutex_);
  return !off();
}

bool FaultyDisk::troubled() const {
  const std::lock_guard lock(mutex_);
  return troubled_;
}

std::uint64_t FaultyDisk::steps() const {
  const std::lock_guard lock(mutex_);
  return steps_;
}

DiskModel FaultyDisk::settled() const {
  const std::lock_guard lock(mutex_);
  return model_.settled();
}

void FaultyDisk::crash(std::uint64_t seed) {
  const std::lock_guard lock(mutex_);
  std::mt19937_64 dice(seed);
  model_.crash(dice);
  locks_.clear();
  ++generation_;
  power_ends_at_ = trouble_at_ = UINT64_MAX;
  troubled_ = false;
}

FaultyDisk::Outcome FaultyDisk::take(const std::string& path) {
  if (off()) return Outcome::off;
  if (!counts(path)) return Outcome::works;
  ++steps_;
  if (off()) return Outcome::off;
  if (steps_ != trouble_at_) return Outcome::works;
  troubled_ = true;
  if (trouble_.ending == Ending::power_goes) power_ends_at_ = steps_;
  switch (trouble_.failure) {
    case Failure::fails: return Outcome::fails;
    case Failure::fails_but_persisted: return Outcome::persisted;
    case Failure::torn: return Outcome::torn;
    case Failure::lost: return Outcome::lost;
  }
  return Outcome::works;
}

}  // namespace acta::sim
