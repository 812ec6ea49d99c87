#pragma once
// Which key signs a ledger's checkpoints at which size: the first as entry 0 names it, each later one as the one before it
// says in an entry (docs/FORMAT.md "Log keys"). Pure: folded from what the entries say.

#include <span>

#include "engine/ledger/note.h"

namespace acta {

using KeyBytes = std::array<std::uint8_t, 32>;          // an Ed25519 public key
using SignatureBytes = std::array<std::uint8_t, 64>;

struct KeyRotation {                                    // LogKeyRotated
  KeyBytes previous{}, next{};
  SignatureBytes signature{}, acceptance{};             // of both over the statement
};
struct KeyRevocation {                                  // LogKeyRevoked
  KeyBytes key{};
  std::uint64_t counts = 0;                             // signatures over more entries do not count
};

struct LogKey {
  PublicKey key;
  Position named_at;                                    // the entry that names it: it signs sizes above this
  std::optional<Position> succeeded_at;                 // the entry that names the next: it signs sizes up to this
  std::optional<Position> revoked_at;                   // the newest entry that says so
  std::optional<std::uint64_t> counts;                  // revoked: what that entry says
};

// Who signed a head, best first. A signature in the name of a key of the ledger that does not hold spoils all others.
enum class HeadSigner : std::uint8_t { valid_key, revoked_key, retired_key, later_key, nobody_known, false_signature };

// What somebody who trusts one key of a ledger may think of a head of some size.
enum class KeyTrust : std::uint8_t { trusted, unknown_key, revoked_key };

class LogKeys {
 public:
  // Implicit: a ledger whose key never changed. Statements need the ledger's id.
  LogKeys(PublicKey first, const LedgerId& ledger = {});

  // In ledger order. Error: damaged, saying what is wrong; then nothing has changed.
  Result<void> rotate(Position at, const KeyRotation& rotation);
  Result<void> revoke(Position at, const KeyRevocation& revocation);

  const std::vector<LogKey>& all() const { return keys_; }           // in their order
  const LogKey& current() const { return keys_.back(); }
  const LogKey& at(std::uint64_t size) const { return keys_[index_at(size)]; }
  const LogKey* find(const KeyBytes& key) const;                     // null: none of this ledger's
  std::vector<PublicKey> public_keys() const;

  HeadSigner signer_of(const Note& note, std::uint64_t size) const;
  // In words, for messages: "is signed by KEYID, which was revoked ...".
  std::string describe(const Note& note, std::uint64_t size) const;
  KeyTrust trust(const PublicKey& trusted, std::uint64_t size) const;
  // A head that this ledger itself signed, at any time. One whose key was revoked since is told apart by signer_of alone.
  // Error: malformed; damaged when the key of its size did not sign it.
  Result<Checkpoint> open(std::string_view note) const;

  // What both keys of a rotation sign.
  Bytes statement(Position at, const KeyBytes& previous, const KeyBytes& next) const;

 private:
  std::size_t index_at(std::uint64_t size) const;
  bool holds(const PublicKey& key, const std::vector<CheckedSignature>& checked) const;

  LedgerId ledger_;
  std::vector<LogKey> keys_;
};

// The first 4 bytes of a key id, as a vkey has them.
std::string hex_id(const PublicKey& key);

}  // namespace acta
