#pragma once
// Inputs that resemble those of a corpus; the same ones for the same seed.

#include <random>
#include <vector>

#include "events/bytes.h"

namespace acta::fuzz {

inline constexpr std::size_t input_bytes_max = 256 * 1024;

class Mutation {
 public:
  // Of a corpus that is not empty and outlives this.
  Mutation(std::uint64_t seed, const std::vector<Bytes>& corpus) : random_(seed), corpus_(corpus) {}
  Bytes next();

 private:
  struct Range {
    std::size_t begin = 0, size = 0;
  };
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : static_cast<std::size_t>(random_() % limit); }
  Range range_in(const Bytes& input);
  void step(Bytes& input);
  void alter(Bytes& input);
  void erase(Bytes& input);
  void insert(Bytes& input, ByteView what);

  std::mt19937_64 random_;
  const std::vector<Bytes>& corpus_;
};

}  // namespace acta::fuzz
