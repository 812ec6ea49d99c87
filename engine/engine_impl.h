#pragma once
// What an open engine holds. Declared in the order of dependence: destruction goes from the newest to the oldest.

#include <shared_mutex>

#include "engine/clock_watch.h"
#include "engine/control_events.h"
#include "engine/engine.h"
#include "engine/folder_lock.h"
#include "engine/intake.h"
#include "engine/published.h"

namespace acta {

struct Engine::Impl {
  Impl(Folders where, Access how, const Environment& given, std::optional<std::uint64_t> seed);
  ~Impl();

  // The steps of create() and open().
  Result<void> lock_folder();
  Result<void> begin(const Founding& founding);  // keys, ledger, first entries
  Result<void> open_ledger(bool create);
  Result<void> read_ledger();            // genesis, catalogue, definitions
  Result<void> open_keys();
  Result<void> go_on_simulating();
  Result<void> start_writing();          // the next five; leaves the simulated clock where that is due
  void watch_clock(bool compare);
  void start_sequencer();
  Result<void> start_signer();
  void start_intake();
  Result<void> leave_simulation();

  // engine_log_keys.cpp
  struct KeyChange {
    Actor actor;
    std::shared_ptr<const SigningKey> next, present;   // next: none, the key in force stays
    std::optional<PublicKey> revoked;
    std::optional<std::uint64_t> counts;
    std::string reason;
  };
  Result<void> may_change_keys();
  Result<Actor> key_keeper(const KeyOrder& order) const;
  Result<std::shared_ptr<const SigningKey>> next_log_key(const std::string& id);
  std::vector<Entry> key_entries(const KeyChange& change, Position first) const;
  Result<LogKeys> write_keys(const KeyChange& change);
  Result<LogKeys> change_keys(KeyChange change);
  void finish_succession();              // old keys go, once the new one has signed
  LogKeys current_log_keys() const;

  // Takes `answered` only where it gives a case. Error: what the intake says.
  Result<CaseId> submit(const Submission& submission, const std::shared_ptr<Series>& series, Answered& answered);
  // engine_anchors.cpp
  std::vector<Entry> anchor_entries(Anchoring said, Position first) const;
  // Of this ledger's tree, and signed with its key of that size. Error: damaged, malformed.
  Result<Checkpoint> own_checkpoint(const std::string& note) const;

  Result<void> may_write();
  Result<Recorded> write_own(std::function<std::vector<Entry>(Position)> write);
  std::int64_t gap_micros() const;       // wall time minus the newest recorded_at; on the sequencer's side
  Result<void> close();

  Folders folders;
  Access access;
  Environment environment;               // env, clock and randomness always set
  std::unique_ptr<Clock> own_clock;
  std::unique_ptr<Randomness> own_randomness;
  FolderLock lock;
  Genesis genesis;
  std::shared_ptr<const Catalogue> catalogue;
  Definitions definitions;
  std::unique_ptr<KeyStore> keys;
  std::optional<LogKeys> log_keys;       // as soon as there is a ledger
  mutable std::mutex log_keys_mutex;
  std::mutex changing_keys, anchoring;   // one change, one receipt at a time
  Measures measures;
  std::unique_ptr<Ledger> ledger;
  std::unique_ptr<ClockWatch> watch;     // none on a simulated clock
  std::unique_ptr<Signer> signer;
  std::unique_ptr<Sequencer> sequencer;
  std::unique_ptr<Intake> intake;

  std::atomic<bool> closing = false;
  std::shared_mutex closing_mutex;       // shared while a command is under way
};

}  // namespace acta
