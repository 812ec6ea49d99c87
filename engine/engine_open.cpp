// Opening a ledger that exists: everything that does not fit together refuses the start.

#include "engine/engine_impl.h"
#include "engine/folders.h"
#include "events/sha256.h"

namespace acta {
namespace {

// A simulated run that goes on must not draw again what was drawn before: nonces would repeat.
std::uint64_t seed_to_go_on(std::uint64_t seed, std::uint64_t size) {
  Bytes message;
  put_be64(message, seed);
  put_be64(message, size);
  const Hash hash = sha256(message);
  return ByteReader(hash.bytes).be64();
}

Error not_simulated() { return error(Code::invalid, "this ledger runs on the wall clock: it can never be opened with a simulated one"); }

}  // namespace

Result<std::unique_ptr<Engine>> Engine::open(const Folders& folders, Access access, const Environment& environment) {
  auto impl = std::make_unique<Impl>(folders, access, environment, std::nullopt);
  ACTA_CHECK(check_format(*impl->environment.env, folders.data));
  ACTA_CHECK(impl->lock_folder());
  ACTA_CHECK(impl->open_ledger(false));
  ACTA_CHECK(impl->read_ledger());
  if (environment.simulated && !impl->genesis.simulated) return not_simulated();
  if (environment.simulated && !environment.randomness) ACTA_CHECK(impl->go_on_simulating());
  ACTA_CHECK(impl->open_keys());
  ACTA_CHECK(check_head_file(*impl->environment.env, folders.head, *impl->ledger, *impl->log_keys));
  if (access == Access::write) ACTA_CHECK(impl->start_writing());
  return std::unique_ptr<Engine>(new Engine(std::move(impl)));
}

Result<void> Engine::Impl::go_on_simulating() {
  ACTA_TRY(const Opening opening, load_opening(*ledger));
  own_randomness = seeded_randomness(seed_to_go_on(opening.seed.value_or(0), ledger->head().size));
  environment.randomness = own_randomness.get();
  return {};
}

Result<void> Engine::Impl::start_writing() {
  const bool leaves_simulation = genesis.simulated && !environment.simulated;
  if (!environment.simulated) watch_clock(!leaves_simulation);
  start_sequencer();
  ACTA_CHECK(start_signer());
  start_intake();
  finish_succession();
  return leaves_simulation ? leave_simulation() : Result<void>{};
}

// From this entry on there is only the wall clock and the system's randomness.
Result<void> Engine::Impl::leave_simulation() {
  ACTA_CHECK(write_own([this](Position position) { return std::vector{clock_confirmed(*catalogue, ClockSource::simulated, gap_micros(), position)}; }));
  genesis.simulated = false;
  return {};
}

}  // namespace acta
