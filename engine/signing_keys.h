#pragma once
// The private halves of log keys: which of them the key store holds, and for what.

#include "engine/ledger/ledger.h"
#include "engine/ledger/log_keys.h"
#include "engine/privacy/key_store.h"

namespace acta {

// The key that a new ledger begins with.
std::shared_ptr<const SigningKey> first_signing_key(const std::string& origin, const KeyStore& keys);

// Error: missing_key, damaged, denied, foreign (what lies there is another key).
Result<std::shared_ptr<const SigningKey>> find_signing_key(const KeyStore& keys, const PublicKey& wanted);

// At a start: does the store hold the key in force? Whoever only reads goes without one that is lost. Error: as above.
Result<void> check_log_key(const KeyStore& keys, const LogKeys& named, const std::string& folder, Access access);

// A key file of the store that the ledger does not name: made for a rotation to come.
struct PreparedKey {
  std::string id;                        // of the file: a key id in hex
  std::optional<PublicKey> key;          // nothing: it cannot be read
  std::string why;                       // then
};
std::vector<PreparedKey> prepared_keys(const KeyStore& keys, const LogKeys& named);
// Mints one; durable when this returns.
Result<PublicKey> prepare_key(KeyStore& keys, Randomness& randomness, const std::string& origin);

// Removes what keys before the current one have left in the store. May be repeated. Error: unavailable.
Result<void> destroy_retired_keys(KeyStore& keys, const LogKeys& named);
bool holds_retired_key(const KeyStore& keys, const LogKeys& named);

}  // namespace acta
