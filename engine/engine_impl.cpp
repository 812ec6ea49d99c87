#include "engine/engine_impl.h"

#include <rocksdb/env.h>

#include <cstdlib>

#include "engine/folders.h"
#include "events/assert.h"
#include "events/log.h"

namespace acta {
namespace {

constexpr int exit_write_failed = 70;  // EX_SOFTWARE of sysexits.h

// After a failed write or sync nobody knows what is on the disk: only a fresh start can look.
[[noreturn]] void end_process(const Error& why) {
  spdlog::critical("write_failed reason=\"{}\"", why.message);
  spdlog::shutdown();
  std::_Exit(exit_write_failed);
}

void log_signing_failure(const Error& why) { spdlog::error("signing_failed reason=\"{}\"", why.message); }

}  // namespace

Engine::Impl::Impl(Folders where, Access how, const Environment& given, std::optional<std::uint64_t> seed) : folders(std::move(where)), access(how), environment(given) {
  if (!environment.env) environment.env = rocksdb::Env::Default();
  if (!environment.clock) {
    own_clock = std::make_unique<WallClock>();
    environment.clock = own_clock.get();
  }
  if (!environment.randomness) {
    own_randomness = seed ? seeded_randomness(*seed) : system_randomness();
    environment.randomness = own_randomness.get();
  }
  if (!environment.fail_stop) environment.fail_stop = end_process;
}

Engine::Impl::~Impl() {
  if (const auto closed = close(); !closed) spdlog::error("close_failed reason=\"{}\"", closed.error().message);
}

Result<void> Engine::Impl::lock_folder() {
  // Only a real disk can have another process on it.
  if (environment.env != rocksdb::Env::Default()) return {};
  ACTA_TRY(lock, FolderLock::take(folders.data, access));
  return {};
}

Result<void> Engine::Impl::open_ledger(bool create) {
  ACTA_TRY(ledger, Ledger::open({.folder = ledger_folder(folders), .env = environment.env, .access = access, .create = create, .sync = environment.sync, .indexed = environment.indexed}));
  return {};
}

Result<void> Engine::Impl::read_ledger() {
  ACTA_TRY(const Opening opening, load_opening(*ledger));
  const bool confirmed = ledger->registers().contains(std::string(clock_confirmed_register));
  genesis = Genesis{.origin = opening.origin, .facility = opening.facility, .ledger = opening.ledger, .log_key = PublicKey{.name = opening.origin, .bytes = opening.log_key}, .demo = opening.demo, .simulated = opening.seed.has_value() && !confirmed};
  ACTA_TRY(log_keys, load_log_keys(*ledger, opening));
  ACTA_TRY(catalogue, load_catalogue(*ledger));
  ACTA_TRY(definitions, load_definitions(*ledger, *catalogue));
  return {};
}

Result<void> Engine::Impl::open_keys() {
  ACTA_TRY(keys, KeyStore::open({.folder = folders.keys, .kek_file = folders.kek, .env = environment.env, .randomness = environment.randomness}, genesis.ledger));
  return check_log_key(*keys, *log_keys, folders.keys, access);
}

void Engine::Impl::watch_clock(bool compare) {
  std::optional<Instant> newest;
  if (compare) newest = ledger->last_recorded_at();
  watch = std::make_unique<ClockWatch>(*environment.clock, newest);
}

void Engine::Impl::start_sequencer() {
  sequencer = std::make_unique<Sequencer>(SequencerOptions{
      .ledger = ledger.get(),
      .clock = environment.clock,
      .randomness = environment.randomness,
      .catalogue = catalogue.get(),
      .measures = &measures,
      .definition = [this](const Hash& hash) { return definitions.find(hash); },
      .opened_by = [this](std::string_view type) { return definitions.opened_by(type); },
      .may_write = [this] { return watch ? watch->check() : Result<void>{}; },
      .has_room = [this] { return check_free_space(*environment.env, folders.data, environment.free_bytes_min); },
      .fail_stop = environment.fail_stop,
  });
}

Result<void> Engine::Impl::start_signer() {
  ACTA_TRY(const auto key, find_signing_key(*keys, log_keys->current().key));
  signer = std::make_unique<Signer>(*ledger, key, SignerOptions{.head_file = folders.head, .env = environment.env, .on_failure = log_signing_failure, .keys = log_keys});
  return {};
}

void Engine::Impl::start_intake() {
  intake = std::make_unique<Intake>(IntakeOptions{
      .ledger = ledger.get(),
      .keys = keys.get(),
      .catalogue = catalogue.get(),
      .definitions = &definitions,
      .genesis = &genesis,
      .clock = environment.clock,
      .randomness = environment.randomness,
      .may_write = [this] { return may_write(); },
  });
}

Result<void> Engine::Impl::may_write() {
  ACTA_CHECK(check_free_space(*environment.env, folders.data, environment.free_bytes_min));
  return watch ? watch->check() : Result<void>{};
}

Result<Recorded> Engine::Impl::write_own(std::function<std::vector<Entry>(Position)> write) {
  return sequencer->submit_own(std::move(write)).get();
}

std::int64_t Engine::Impl::gap_micros() const { return environment.clock->now().micros - ledger->last_recorded_at().micros; }

Result<void> Engine::Impl::close() {
  closing = true;
  const std::unique_lock under_way(closing_mutex);
  sequencer.reset();
  signer.reset();
  if (!ledger) return {};
  Result<void> closed = ledger->close();
  ledger.reset();
  lock.release();
  return closed;
}

}  // namespace acta
