#include "tools/demo/dice.h"

namespace acta::sample {

// FNV-1a, 64 bits.
Dice::Dice(std::string_view name) : state_(14695981039346656037ull) {
  for (const char c : name) state_ = (state_ ^ static_cast<unsigned char>(c)) * 1099511628211ull;
}

// SplitMix64 (Steele, Lea, Flood 2014). The bias of the remainder is far below what a sample could show.
std::int64_t Dice::between(std::int64_t low, std::int64_t high) {
  std::uint64_t z = state_ += 0x9e3779b97f4a7c15ull;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ z >> 27) * 0x94d049bb133111ebull;
  z ^= z >> 31;
  return low + static_cast<std::int64_t>(z % static_cast<std::uint64_t>(high - low + 1));
}

}  // namespace acta::sample
