#include "engine/random.h"

#include <sodium.h>

#include <algorithm>

#include "events/assert.h"
#include "events/sha256.h"

namespace acta {
namespace {

void start_sodium() {
  static const int started = sodium_init();
  ACTA_ASSERT(started >= 0);
}

class SystemRandomness final : public Randomness {
 public:
  SystemRandomness() { start_sodium(); }
  void fill(std::span<std::uint8_t> out) override { randombytes_buf(out.data(), out.size()); }
};

class SeededRandomness final : public Randomness {
 public:
  explicit SeededRandomness(std::uint64_t seed) {
    start_sodium();
    Bytes number;
    put_be64(number, seed);
    key_ = sha256({view("acta-seed"), ByteView(number)}).bytes;
  }

  void fill(std::span<std::uint8_t> out) override {
    const std::lock_guard lock(mutex_);
    for (std::uint8_t& byte : out) byte = next_byte();
  }

 private:
  std::uint8_t next_byte() {
    if (used_ == block_.size()) refill();
    return block_[used_++];
  }

  void refill() {
    constexpr std::array<std::uint8_t, crypto_stream_chacha20_NONCEBYTES> nonce{};
    block_.fill(0);
    crypto_stream_chacha20_xor_ic(block_.data(), block_.data(), block_.size(), nonce.data(), counter_++, key_.data());
    used_ = 0;
  }

  std::mutex mutex_;
  std::array<std::uint8_t, 32> key_{};
  std::array<std::uint8_t, 64> block_{};
  std::size_t used_ = 64;
  std::uint64_t counter_ = 0;
};

}  // namespace

std::unique_ptr<Randomness> system_randomness() { return std::make_unique<SystemRandomness>(); }

std::unique_ptr<Randomness> seeded_randomness(std::uint64_t seed) { return std::make_unique<SeededRandomness>(seed); }

Bytes random_bytes(Randomness& randomness, std::size_t count) {
  Bytes out(count);
  randomness.fill(out);
  return out;
}

PersonId random_person(Randomness& randomness) {
  PersonId person;
  randomness.fill(person.bytes);
  return person;
}

std::array<std::uint8_t, 16> uuid_v7(Instant at, Randomness& randomness) {
  std::array<std::uint8_t, 16> uuid{};
  randomness.fill(uuid);
  const auto millis = static_cast<std::uint64_t>(at.micros / 1'000);
  for (std::size_t i = 0; i < 6; ++i) uuid[i] = static_cast<std::uint8_t>(millis >> (40 - 8 * i));
  uuid[6] = static_cast<std::uint8_t>(0x70 | (uuid[6] & 0x0f));
  uuid[8] = static_cast<std::uint8_t>(0x80 | (uuid[8] & 0x3f));
  return uuid;
}

}  // namespace acta
