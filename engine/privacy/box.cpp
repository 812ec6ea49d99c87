#include "engine/privacy/box.h"

#include <sodium.h>

#include "events/sha256.h"

namespace acta {
namespace {

constexpr std::size_t block_bytes = 64;
constexpr std::size_t padded_bytes_max = 16'384;
constexpr std::uint8_t padding_mark = 0x80;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

struct Owner {
  const PersonId& person;
  std::string_view retention;
  std::uint32_t epoch;
};

void put_owner(Bytes& out, const Owner& owner) {
  Bytes epoch;
  put_be32(epoch, owner.epoch);
  put_prefixed(out, view(owner.person));
  put_prefixed(out, view(owner.retention));
  put_prefixed(out, epoch);
}

Bytes associated_data(const BoxContext& context, const Owner& owner) {
  Bytes version;
  put_be16(version, context.version);
  Bytes out;
  put_prefixed(out, view("acta-box-v1"));
  put_prefixed(out, view(context.origin));
  put_prefixed(out, view(context.event_id));
  put_prefixed(out, view(context.type));
  put_prefixed(out, version);
  put_owner(out, owner);
  return out;
}

// Without it two keys could open the same bytes to two texts.
Hash commitment_to(const Key& key, const Owner& owner) {
  Bytes message;
  put_prefixed(message, view("acta-kc-v1"));
  put_owner(message, owner);
  return hmac_sha256(key, message);
}

Bytes pad(ByteView plaintext) {
  std::size_t size = block_bytes;
  while (size < plaintext.size() + 1) size *= 2;
  Bytes padded(plaintext.begin(), plaintext.end());
  padded.push_back(padding_mark);
  padded.resize(size, 0);
  return padded;
}

bool is_padded_size(std::size_t size) {
  return size >= block_bytes && size <= padded_bytes_max && (size & (size - 1)) == 0;
}

// Gives false unless the text ends in 0x80 and zeros and could not have been shorter.
bool unpad(Bytes& padded) {
  const std::size_t size = padded.size();
  if (!is_padded_size(size)) return false;
  while (!padded.empty() && padded.back() == 0) padded.pop_back();
  if (padded.empty() || padded.back() != padding_mark) return false;
  padded.pop_back();
  return size == block_bytes || padded.size() + 1 > size / 2;
}

Error broken(std::string_view what) { return error(Code::damaged, "a sealed box cannot be opened: " + std::string(what)); }

}  // namespace

Result<Box> seal(ByteView plaintext, const PersonId& person, std::string_view retention, const PersonKey& key, const BoxContext& context, Randomness& randomness) {
  if (plaintext.size() > box_plaintext_max) return error(Code::too_large, "the personal fields of one person exceed " + std::to_string(box_plaintext_max) + " bytes: record a document instead");
  const Owner owner{.person = person, .retention = retention, .epoch = key.epoch};
  Box box{.person = person, .retention = std::string(retention), .epoch = key.epoch, .commitment = commitment_to(key.key, owner), .nonce = random_bytes(randomness, nonce_bytes), .bytes = {}};
  Bytes padded = pad(plaintext);
  const Bytes bound_to = associated_data(context, owner);
  box.bytes.resize(padded.size() + tag_bytes);
  unsigned long long written = 0;
  crypto_aead_xchacha20poly1305_ietf_encrypt(box.bytes.data(), &written, padded.data(), padded.size(), bound_to.data(), bound_to.size(), nullptr, box.nonce.data(), key.key.data());
  sodium_memzero(padded.data(), padded.size());
  return box;
}

Result<Bytes> open_box(const Box& box, const PersonKey& key, const BoxContext& context) {
  const Owner owner{.person = box.person, .retention = box.retention, .epoch = box.epoch};
  if (box.nonce.size() != nonce_bytes || box.bytes.size() < tag_bytes) return broken("its nonce or tag is cut short");
  if (key.epoch != box.epoch || commitment_to(key.key, owner) != box.commitment) return broken("it was not sealed under this key");
  const Bytes bound_to = associated_data(context, owner);
  Bytes plaintext(box.bytes.size() - tag_bytes);
  const int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(plaintext.data(), nullptr, nullptr, box.bytes.data(), box.bytes.size(), bound_to.data(), bound_to.size(), box.nonce.data(), key.key.data());
  if (opened != 0) return broken("its bytes or what it is bound to were altered");
  if (!unpad(plaintext)) return broken("its padding is wrong");
  return plaintext;
}

}  // namespace acta
