#include "tests/sim/faulty_disk.h"

#include <rocksdb/env.h>

#include "tests/sim/faulty_file_system.h"

namespace acta::sim {
namespace {

// RocksDB's info log is written when it pleases; counting it would blur where a crash falls.
bool counts(const std::string& path) { return !path.substr(path.rfind('/') + 1).starts_with("LOG"); }

}  // namespace

FaultyDisk::FaultyDisk() : env_(rocksdb::NewCompositeEnv(std::make_shared<FaultyFileSystem>(*this))) {}
FaultyDisk::~FaultyDisk() = default;

void FaultyDisk::cut_power_after(std::uint64_t steps) {
  const std::lock_guard lock(mutex_);
  power_ends_at_ = steps_ + steps;
}

void FaultyDisk::arm(const Trouble& trouble) {
  const std::lock_guard lock(mutex_);
  trouble_ = trouble;
  trouble_at_ = (trouble.step == Step::write ? writes_ : syncs_) + trouble.nth;
  troubled_ = false;
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

std::uint64_t FaultyDisk::syncs() const {
  const std::lock_guard lock(mutex_);
  return syncs_;
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

FaultyDisk::Outcome FaultyDisk::take(Step step, const std::string& path) {
  if (off()) return Outcome::off;
  if (!counts(path)) return Outcome::works;
  ++steps_;
  if (off()) return Outcome::off;
  const std::uint64_t count = step == Step::write ? ++writes_ : ++syncs_;
  if (step != trouble_.step || count != trouble_at_) return Outcome::works;
  troubled_ = true;
  switch (trouble_.failure) {
    case Failure::fails: return Outcome::fails;
    case Failure::fails_but_persisted: return Outcome::fails_but_persisted;
    case Failure::torn: return Outcome::torn;
  }
  return Outcome::works;
}

}  // namespace acta::sim
