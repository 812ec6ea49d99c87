#pragma once
// Randomness comes in through here. Any thread.

#include <memory>
#include <mutex>

#include "events/ids.h"
#include "events/time.h"

namespace acta {

class Randomness {
 public:
  virtual ~Randomness() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;
};

// The operating system's generator, by libsodium.
std::unique_ptr<Randomness> system_randomness();
// ChaCha20 under a key made from `seed`: the same bytes in the same order, every run. For samples and tests only.
std::unique_ptr<Randomness> seeded_randomness(std::uint64_t seed);

Bytes random_bytes(Randomness& randomness, std::size_t count);
PersonId random_person(Randomness& randomness);
// RFC 9562 5.7, milliseconds of `at` in front.
std::array<std::uint8_t, 16> uuid_v7(Instant at, Randomness& randomness);

}  // namespace acta
