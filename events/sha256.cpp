#include "events/sha256.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <memory>

#include "events/assert.h"

namespace acta {

Hash sha256(std::initializer_list<ByteView> parts) {
  thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  Hash hash;
  // Fetched once: by name, OpenSSL looks it up behind a lock at each digest.
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  ACTA_ASSERT(EVP_DigestInit_ex(context.get(), algorithm, nullptr) == 1);
  for (const ByteView part : parts) ACTA_ASSERT(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
  ACTA_ASSERT(EVP_DigestFinal_ex(context.get(), hash.bytes.data(), nullptr) == 1);
  return hash;
}

Hash sha256(ByteView bytes) { return sha256({bytes}); }

Hash hmac_sha256(ByteView key, ByteView message) {
  static constexpr std::uint8_t no_key = 0;  // OpenSSL takes a null key for "as before"
  Hash hash;
  unsigned int size = 0;
  const auto* done = HMAC(EVP_sha256(), key.empty() ? &no_key : key.data(), static_cast<int>(key.size()), message.data(), message.size(), hash.bytes.data(), &size);
  ACTA_ASSERT(done != nullptr && size == hash.bytes.size());
  return hash;
}

}  // namespace acta
