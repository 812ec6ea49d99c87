#include "events/sha256.h"

#include <openssl/evp.h>

#include <array>
#include <memory>

#include "events/assert.h"

namespace acta {
namespace {

constexpr std::size_t block_bytes = 64;
constexpr std::uint8_t inner = 0x36, outer = 0x5c;

// Looked for once: to find it costs as much as to hash a short message.
const EVP_MD* algorithm() {
  static const EVP_MD* found = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  ACTA_ASSERT(found != nullptr);
  return found;
}

std::array<std::uint8_t, block_bytes> padded(ByteView key, std::uint8_t with) {
  std::array<std::uint8_t, block_bytes> block;
  block.fill(with);
  for (std::size_t i = 0; i < key.size(); ++i) block[i] ^= key[i];
  return block;
}

}  // namespace

Hash sha256(std::initializer_list<ByteView> parts) {
  thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  Hash hash;
  ACTA_ASSERT(EVP_DigestInit_ex(context.get(), algorithm(), nullptr) == 1);
  for (const ByteView part : parts) ACTA_ASSERT(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
  ACTA_ASSERT(EVP_DigestFinal_ex(context.get(), hash.bytes.data(), nullptr) == 1);
  return hash;
}

Hash sha256(ByteView bytes) { return sha256({bytes}); }

Hash hmac_sha256(ByteView key, ByteView message) {
  if (key.size() > block_bytes) return hmac_sha256(view(sha256(key)), message);
  const Hash within = sha256({padded(key, inner), message});
  return sha256({padded(key, outer), view(within)});
}

}  // namespace acta
