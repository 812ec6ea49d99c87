#include "tests/fuzz/mutation.h"

#include <array>
#include <string_view>

namespace acta::fuzz {
namespace {

constexpr std::size_t steps_max = 6, range_bytes_max = 64;

// What formats end, count or escape with.
constexpr std::array<std::string_view, 20> words = {"\n", "\r\n", "\r\n\r\n", " ", "0", "-1", "18446744073709551616", "4294967295", "\"", "\\u0000", "{", "[", "}", "]", ",", "%", "&", "=", "\xE2\x80\x94 ", "\xFF\xFF\xFF\x7F"};

}  // namespace

Bytes Mutation::next() {
  Bytes input = corpus_[below(corpus_.size())];
  for (std::size_t steps = 1 + below(steps_max); steps > 0; --steps) step(input);
  if (input.size() > input_bytes_max) input.resize(input_bytes_max);
  return input;
}

// Mostly short.
Mutation::Range Mutation::range_in(const Bytes& input) {
  const std::size_t begin = below(input.size());
  const std::size_t rest = input.size() - begin;
  return {.begin = begin, .size = below(1 + (below(8) == 0 ? rest : std::min(rest, range_bytes_max)))};
}

void Mutation::step(Bytes& input) {
  switch (below(6)) {
    case 0: return alter(input);
    case 1: return erase(input);
    case 2: return insert(input, view(words[below(words.size())]));
    case 3: return input.resize(below(8) == 0 ? below(input.size() + 1) : input.size());
    case 4: {
      const Bytes& other = corpus_[below(corpus_.size())];
      const Range range = range_in(other);
      return insert(input, ByteView(other).subspan(range.begin, range.size));
    }
    default: {
      const Bytes same = input;
      const Range range = range_in(same);
      return insert(input, ByteView(same).subspan(range.begin, range.size));
    }
  }
}

void Mutation::alter(Bytes& input) {
  if (input.empty()) return;
  auto& byte = input[below(input.size())];
  if (below(2) == 0) byte = static_cast<std::uint8_t>(byte ^ (1u << below(8)));
  else byte = static_cast<std::uint8_t>(below(256));
}

void Mutation::erase(Bytes& input) {
  const Range range = range_in(input);
  const auto begin = input.begin() + static_cast<std::ptrdiff_t>(range.begin);
  input.erase(begin, begin + static_cast<std::ptrdiff_t>(range.size));
}

void Mutation::insert(Bytes& input, ByteView what) {
  input.insert(input.begin() + static_cast<std::ptrdiff_t>(below(input.size() + 1)), what.begin(), what.end());
}

}  // namespace acta::fuzz
