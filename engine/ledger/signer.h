#pragma once
// Signs the newest committed size: head file first, then database, then published. Its own thread; at most once a
// second, on request, and when stopped. Never signs a size smaller than, or inconsistent with, an earlier one: the
// earlier ones are the database's and the head file's. While one of them cannot be read, nothing is signed.

#include <memory>

#include "engine/ledger/ledger.h"
#include "engine/ledger/log_keys.h"

namespace acta {

struct SignerOptions {
  std::string head_file;
  rocksdb::Env* env = nullptr;
  int interval_ms = 1'000;
  // Told when signing begins to fail (head file not writable ...): the exposure grows from here.
  std::function<void(const Error&)> on_failure;
  // The succession whose newest key signs; absent: the ledger never had another.
  std::optional<LogKeys> keys = {};
};

class Signer {
 public:
  Signer(Ledger& ledger, std::shared_ptr<const SigningKey> key, SignerOptions options);
  ~Signer();                                  // signs what is committed, then stops
  Result<std::string> sign_now();             // the note over everything committed; waits for it
  std::optional<std::string> published() const;
  std::uint64_t signed_size() const;

  // Goes over to `next`. While `write` puts that into the ledger nothing is signed: what covers the entry is never signed
  // with the old key alone. The first checkpoint after it carries both signatures. Error: that of `write`, and then
  // nothing has changed.
  Result<void> succeed(std::shared_ptr<const SigningKey> next, const std::function<Result<LogKeys>()>& write);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Compares a head file with the ledger at start-up. Error: rolled_back (what was found and what to do), damaged
// (not a note, or not signed by the key of its size). A missing head file is an error too unless the ledger has no signed checkpoint.
Result<void> check_head_file(rocksdb::Env& env, const std::string& head_file, const Ledger& ledger, const LogKeys& keys);

}  // namespace acta
