#pragma once
// A witness (C2SP tlog-witness): cosigns the heads of logs it knows, and never two that cannot both be true. For each log it
// remembers the last head it cosigned; checking and remembering are one step, durable before the signature leaves.

#include <map>
#include <memory>
#include <mutex>

#include "engine/clock.h"
#include "engine/folder_lock.h"
#include "engine/random.h"
#include "engine/witness/add_checkpoint.h"

namespace acta {

struct WitnessAnswer {
  enum class Verdict : std::uint8_t {
    cosigned,          // `cosignature` holds
    malformed,         // no request, or an old size beyond the checkpoint's
    unsigned_head,     // none of the log's known keys signed it
    unknown_log,
    other_size,        // not the size last cosigned, which is `size`
    inconsistent,      // the proof does not hold, or the same size with another root
    broken,            // what is on the disk is not known any more: ends with a new start
  };
  Verdict verdict = Verdict::broken;
  std::string cosignature;       // a line
  std::uint64_t size = 0;
  std::string detail;
};

struct WitnessHead {
  std::string origin;
  std::optional<Checkpoint> cosigned;   // nothing yet
};

// The folder: witness.key (name and seed), witness.state (signed by that key), logs (a vkey a line; # begins a comment).
struct WitnessOptions {
  std::string folder;
  rocksdb::Env* env = nullptr;
};

class Witness {
 public:
  // A new key and an empty state. Error: conflict (something is there), invalid (not a key name), unavailable.
  static Result<PublicKey> create(const WitnessOptions& options, const std::string& name, const std::vector<PublicKey>& logs, Randomness& randomness);
  // Error: not_found (no witness), in_use, missing_key, denied (key readable by others), damaged (a state that this key did
  // not sign, or none: a witness that forgot what it signed could sign the contrary), malformed (the file of logs).
  static Result<std::unique_ptr<Witness>> open(const WitnessOptions& options, const Clock& clock);

  const PublicKey& public_key() const { return key_->public_key(); }
  // Any thread; one at a time goes through.
  WitnessAnswer add_checkpoint(std::string_view body);
  std::vector<WitnessHead> heads() const;
  // Reads the file of logs again. Any thread. Error: as open(); then the old ones are still known.
  Result<void> reload_logs();

 private:
  Witness(const WitnessOptions& options, const Clock& clock) : options_(options), clock_(clock) {}
  Result<void> read_all();
  Result<void> read_state();
  std::optional<WitnessAnswer> check(const AddCheckpoint& request, const Checkpoint& head) const;
  std::optional<WitnessAnswer> remember(const Checkpoint& head);

  WitnessOptions options_;
  const Clock& clock_;
  FolderLock lock_;
  std::unique_ptr<SigningKey> key_;         // cosigns
  std::unique_ptr<SigningKey> state_key_;   // the same key as a log's, for the state file
  std::map<std::string, std::vector<PublicKey>> logs_;   // by origin
  mutable std::mutex mutex_;
  std::map<std::string, Checkpoint> heads_;              // by origin
  bool broken_ = false;
};

}  // namespace acta
