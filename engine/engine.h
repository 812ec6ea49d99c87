#pragma once
// The engine as everybody outside it sees it: open a folder, record, read. One door for every write.

#include "engine/clock.h"
#include "engine/command.h"
#include "engine/ledger/ledger.h"
#include "engine/ledger/signer.h"
#include "engine/privacy/key_store.h"
#include "engine/process/decide.h"
#include "engine/process/definition.h"
#include "engine/sequencer.h"
#include "engine/signing_keys.h"

namespace acta {

struct Folders {
  std::string data;          // acta.lock, server.json, ledger/, views/
  std::string keys, kek, head;
  static Folders beside(std::string data);  // <data>.keys, <data>.kek, <data>.head
};

struct Environment {
  rocksdb::Env* env = nullptr;              // null: the real disk
  Clock* clock = nullptr;                   // null: the wall clock
  Randomness* randomness = nullptr;         // null: the system's
  bool simulated = false;                   // clock and randomness are not real: only for a ledger that says so
  bool sync = true;
  bool indexed = true;                      // as LedgerOptions
  std::uint64_t free_bytes_min = 512ull << 20;
  std::function<void(const Error&)> fail_stop = {};  // null: log and end the process
};

struct Founder {
  std::string handle;
  std::vector<std::string> roles;
};

struct Founding {
  std::string origin;                       // as acta.example/mieux; the checkpoint's first line
  std::string facility;
  std::vector<Founder> founders;            // exactly two
  bool demo = false;                        // the log key comes from the seed, so it is public
  std::optional<std::uint64_t> seed = {};   // simulated clock and seeded randomness
};

// What entry 0 and its registers say.
struct Genesis {
  std::string origin, facility;
  LedgerId ledger;
  PublicKey log_key;                        // the first; log_keys() has those after it
  bool demo = false;
  bool simulated = false;                   // still on the simulated clock
};

// Who wants to change log keys.
struct KeyOrder {
  std::string actor, role;                  // a person to whom the ledger grants this role
};

struct Revocation {
  std::string key;                          // its id in 8 hex digits
  std::optional<std::uint64_t> counts;      // its signatures over more entries do not count; absent: over any from now on
  std::string reason;                       // a code
};

class GrantedReceipt;

class Engine {
 public:
  // A new ledger: keys, entry 0, schemas, definitions. Error: conflict when the folder is not empty.
  static Result<std::unique_ptr<Engine>> create(const Folders& folders, const Founding& founding, const Environment& environment);
  // Error: not_found, in_use (by whom), foreign, newer, damaged, rolled_back, missing_key, clock.
  static Result<std::unique_ptr<Engine>> open(const Folders& folders, Access access, const Environment& environment);
  ~Engine();

  const Genesis& genesis() const;
  const Catalogue& catalogue() const;
  const Ledger& ledger() const;
  KeyStore& keys();
  const KeyStore& keys() const;
  const Clock& clock() const;

  // Seals, queues, waits for the sync. Any thread. Error: all codes a command can meet.
  Result<Recorded> record(const Submission& submission);
  // The same without waiting for the sync.
  void record(const Submission& submission, Answered answered);
  // The same as one of a series, decided in the order of these calls: one caller at a time. Gives the case it will be on,
  // which the next may name. Error: what can be told at once, and `answered` is not called; the series has not ended by it.
  Result<CaseId> record(const Submission& submission, const std::shared_ptr<Series>& series, Answered answered);
  // The gap was looked at by a person; writes go on. Recorded.
  Result<Recorded> confirm_clock(std::string_view actor, std::string_view role);

  // --- log keys. Any thread. Error of the three changes: denied, clock, full, busy, unavailable, and as said.
  LogKeys log_keys() const;
  std::vector<PreparedKey> prepared_log_keys() const;
  Result<PublicKey> prepare_log_key(const KeyOrder& order);
  // Recorded, signed with the new key, and the old one destroyed. `to`: id of a prepared key; empty: the only one, or a new
  // one. Error: not_found, conflict.
  Result<LogKeys> rotate_log_key(const KeyOrder& order, const std::string& to);
  // The key in force is succeeded by another in the same command. Error: not_found, conflict (revoked already), invalid.
  Result<LogKeys> revoke_log_key(const KeyOrder& order, const Revocation& revocation);

  // Why writes are refused now, if they are.
  std::optional<Error> writes_stopped() const;

  const Measures& measures() const;
  // How the commit path does now. On a folder opened for reading, nothing waits.
  struct Waiting {
    std::size_t queued = 0;
    std::int64_t oldest_micros = 0;                                    // how long the oldest command has waited; 0: none does
  };
  Waiting waiting() const;
  // What was committed and not yet signed.
  struct Exposure {
    std::uint64_t signed_size = 0, entries = 0;
    std::int64_t oldest_micros = 0;                                    // age of the oldest of them; 0: there is none
  };
  Exposure exposure() const;
  // The same beyond any size: what lies behind what a witness cosigned, say.
  Exposure exposure_beyond(std::uint64_t size) const;
  // Where the ledger lies. Error: unavailable.
  struct Room {
    std::uint64_t free_bytes = 0, needed_bytes = 0;                    // below the latter nothing is recorded
  };
  Result<Room> room() const;

  std::shared_ptr<const Definition> definition(const Hash& hash) const;
  std::shared_ptr<const Definition> opened_by(std::string_view type) const;
  std::vector<std::shared_ptr<const Definition>> definitions() const;  // current ones

  // The state of a case after a given revision, or as known at a position; nothing when it did not exist then.
  Result<std::optional<CaseState>> state_at_revision(const CaseId& id, Revision revision) const;
  // as_of: what had happened by then (latest revision whose effective_at <= t, among those recorded by recorded_as_of).
  Result<std::optional<CaseState>> state_as_of(const CaseId& id, std::optional<Instant> as_of, std::optional<Instant> recorded_as_of) const;
  // Plaintext of every box of an entry that can still be opened, with its person.
  struct Opened { PersonId person; std::string retention; std::optional<Bytes> plaintext; };
  Result<std::vector<Opened>> open_boxes(const Entry& entry) const;

  Result<std::string> checkpoint();                                    // signs what is committed, gives the note
  std::optional<std::string> published_checkpoint() const;
  // The newest checkpoint that enough witnesses cosigned, with their signatures.
  std::optional<std::string> cosigned_checkpoint() const;
  // Keeps one. Error: damaged (not signed by this log, or not of this tree), stale (a larger one is kept).
  Result<void> keep_cosigned(const std::string& note);
  // Records the receipt of a time-stamp server over a checkpoint of this ledger; gives its position. Error: damaged (of no
  // checkpoint of this ledger), stale (one over as many entries is recorded), clock, full, busy, unavailable, unsupported.
  Result<Position> record_anchor(const GrantedReceipt& receipt);
  // What no recorded time stamp covers; entries that record one do not count. `signed_size`: what the newest covers.
  Exposure unanchored() const;
  void on_commit(std::function<void(std::uint64_t size)> listener);
  // Ends writes, flushes, signs. Called by the destructor too.
  Result<void> close();

 private:
  struct Impl;
  explicit Engine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace acta
