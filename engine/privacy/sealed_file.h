#pragma once
// A file that only the holder of the key-encryption key can read or alter: magic, 24-byte nonce, ciphertext and tag of
// XChaCha20-Poly1305, bound to the file's name so that two files cannot change places.

#include "engine/privacy/key_store.h"

namespace acta {

// Error: unavailable.
Result<void> write_sealed_file(const KeyStoreOptions& options, const Key& kek, std::string_view name, ByteView plaintext);
// As write_sealed_file, where nothing lies yet. Error: conflict too.
Result<void> create_sealed_file(const KeyStoreOptions& options, const Key& kek, std::string_view name, ByteView plaintext);
// Error: missing_key (which file), damaged, denied (readable by others), unavailable.
Result<Bytes> read_sealed_file(const KeyStoreOptions& options, const Key& kek, std::string_view name);

// The key-encryption key: 32 random bytes in a file of their own. Errors as above.
Result<Key> make_kek(const KeyStoreOptions& options);
Result<Key> read_kek(const KeyStoreOptions& options);

// Error: denied, with the command that helps, when group or others may read `path`. A simulated disk has no modes.
Result<void> check_private(const KeyStoreOptions& options, const std::string& path);

}  // namespace acta
