#include "engine/privacy/sealed_file.h"

#include <rocksdb/env.h>
#include <sodium.h>
#include <sys/stat.h>

#include <algorithm>

#include "engine/disk.h"

namespace acta {
namespace {

constexpr std::string_view magic = "ACTAKEY1";
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

std::string path_of(const KeyStoreOptions& options, std::string_view name) { return options.folder + "/" + std::string(name); }

Bytes bound_to(std::string_view name) {
  Bytes out;
  put_prefixed(out, view("acta-keys-v1"));
  put_prefixed(out, view(name));
  return out;
}

Error damaged(const std::string& path) {
  return error(Code::damaged, "key file " + path + " was altered or belongs to another key-encryption key: restore keys and key-encryption key from the same backup");
}

Bytes sealed(const KeyStoreOptions& options, const Key& kek, std::string_view name, ByteView plaintext) {
  const Bytes nonce = random_bytes(*options.randomness, nonce_bytes);
  const Bytes associated = bound_to(name);
  Bytes file = bytes_of(magic);
  put(file, nonce);
  const std::size_t header = file.size();
  file.resize(header + plaintext.size() + tag_bytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(file.data() + header, nullptr, plaintext.data(), plaintext.size(), associated.data(), associated.size(), nullptr, nonce.data(), kek.data());
  return file;
}

Result<Bytes> read_key_file(const KeyStoreOptions& options, const std::string& path) {
  Result<Bytes> read = read_file(*options.env, path);
  if (!read && read.error().code == Code::not_found) return error(Code::missing_key, "key file " + path + " is missing: restore it from the key backup");
  if (!read) return read;
  ACTA_CHECK(check_private(options, path));
  return read;
}

}  // namespace

Result<void> check_private(const KeyStoreOptions& options, const std::string& path) {
  if (options.env != rocksdb::Env::Default()) return {};
  struct stat found {};
  if (stat(path.c_str(), &found) != 0 || (found.st_mode & 077) == 0) return {};
  return error(Code::denied, path + " can be read or changed by others: chmod go-rwx " + path);
}

Result<void> write_sealed_file(const KeyStoreOptions& options, const Key& kek, std::string_view name, ByteView plaintext) {
  return write_file_durably(*options.env, path_of(options, name), sealed(options, kek, name, plaintext));
}

Result<void> create_sealed_file(const KeyStoreOptions& options, const Key& kek, std::string_view name, ByteView plaintext) {
  return create_file_durably(*options.env, path_of(options, name), sealed(options, kek, name, plaintext));
}

Result<Bytes> read_sealed_file(const KeyStoreOptions& options, const Key& kek, std::string_view name) {
  const std::string path = path_of(options, name);
  ACTA_TRY(const Bytes file, read_key_file(options, path));
  if (file.size() < magic.size() + nonce_bytes + tag_bytes) return damaged(path);
  ByteReader in(file);
  if (text_view(in.take(magic.size())) != magic) return damaged(path);
  const ByteView nonce = in.take(nonce_bytes);
  const ByteView ciphertext = in.take(file.size() - magic.size() - nonce_bytes);
  const Bytes associated = bound_to(name);
  Bytes plaintext(ciphertext.size() - tag_bytes);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(plaintext.data(), nullptr, nullptr, ciphertext.data(), ciphertext.size(), associated.data(), associated.size(), nonce.data(), kek.data()) != 0) return damaged(path);
  return plaintext;
}

Result<Key> make_kek(const KeyStoreOptions& options) {
  Key kek{};
  options.randomness->fill(kek);
  ACTA_CHECK(write_file_durably(*options.env, options.kek_file, kek));
  return kek;
}

Result<Key> read_kek(const KeyStoreOptions& options) {
  ACTA_TRY(Bytes file, read_key_file(options, options.kek_file));
  Key kek{};
  if (file.size() != kek.size()) return damaged(options.kek_file);
  std::copy(file.begin(), file.end(), kek.begin());
  sodium_memzero(file.data(), file.size());
  return kek;
}

}  // namespace acta
