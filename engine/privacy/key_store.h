#pragma once
// Keys live outside the ledger: a folder of segments of at most 1,024 records, each sealed under the key-encryption key.
// Durable before anything that needs them is queued. Erasing a key makes its boxes unreadable and changes no hash.

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "engine/random.h"
#include "events/ids.h"

namespace rocksdb {
class Env;
}

namespace acta {

using Key = std::array<std::uint8_t, 32>;

struct PersonKey {
  Key key{};
  std::uint32_t epoch = 1;   // counts the keys of one person and retention class
};

struct KeyStoreOptions {
  std::string folder;        // <data>.keys
  std::string kek_file;      // <data>.kek
  rocksdb::Env* env = nullptr;
  Randomness* randomness = nullptr;
};

// Any thread. Calls that mint return only when the new key is on disk; keys asked for meanwhile share one rewrite.
class KeyStore {
 public:
  // Makes folder, key-encryption key, command secret and log key; none may exist. Binds the store to a ledger id.
  static Result<std::unique_ptr<KeyStore>> create(const KeyStoreOptions& options, const LedgerId& ledger);
  // Error: missing_key (which file), foreign (another ledger's), damaged, denied (readable by others: chmod).
  static Result<std::unique_ptr<KeyStore>> open(const KeyStoreOptions& options, const LedgerId& ledger);
  ~KeyStore();

  Result<PersonId> person(std::string_view handle);                      // mints a random id on first use
  std::optional<PersonId> find_person(std::string_view handle) const;
  std::optional<std::string> handle_of(const PersonId& person) const;    // for those who may see it; never logged
  Result<PersonKey> key(const PersonId& person, std::string_view retention);  // mints; the newest epoch
  std::optional<PersonKey> newest_key(const PersonId& person, std::string_view retention) const;  // never mints
  std::optional<PersonKey> find_key(const PersonId& person, std::string_view retention, std::uint32_t epoch) const;
  const Key& command_secret() const;

  // --- keys that sign checkpoints, as Ed25519 seeds. The first is made with the store; each further one lies in a file
  // of its own, log-key-NAME, sealed as all others.
  std::optional<Key> first_log_key() const;                              // nothing once it was destroyed
  Result<void> add_log_key(std::string_view name, const Key& seed);      // Error: conflict (the file is there), unavailable
  // Error: missing_key, damaged (altered, exchanged), denied (readable by others), foreign (another ledger's).
  Result<Key> log_key(std::string_view name) const;
  std::vector<std::string> log_key_names() const;                        // of the files, ordered
  // Gone from the disk; both may be repeated.
  Result<void> destroy_first_log_key();
  Result<void> destroy_log_key(std::string_view name);

 private:
  struct Impl;
  explicit KeyStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace acta
