#pragma once
// A published example of a transparency log: five entries, their hashes, one signature and one witness's.

#include <doctest/doctest.h>

#include <algorithm>

#include "engine/ledger/note.h"
#include "engine/ledger/tree.h"

namespace acta::example {

inline std::array<std::uint8_t, 32> seed_from(std::uint8_t first) {
  std::array<std::uint8_t, 32> seed{};
  for (std::size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<std::uint8_t>(first + i);
  return seed;
}

inline std::vector<Hash> leaves(std::uint64_t count) {
  std::vector<Hash> made;
  for (std::uint64_t i = 0; i < count; ++i) made.push_back(leaf_hash(bytes_of("event-" + std::to_string(i))));
  return made;
}

// By the definition of RFC 6962 2.1, without any of the shortcuts of the code under test.
inline Hash root_of(std::span<const Hash> of) {
  if (of.empty()) return empty_root();
  if (of.size() == 1) return of.front();
  std::size_t k = 1;
  while (k * 2 < of.size()) k *= 2;
  return node_hash(root_of(of.first(k)), root_of(of.subspan(k)));
}

inline SubtreeReader reader_of(const std::vector<Hash>& of) {
  return [&of](unsigned level, std::uint64_t index) -> Result<Hash> {
    const std::uint64_t width = 1ull << level;
    return root_of(std::span(of).subspan(index * width, width));
  };
}

inline constexpr const char* origin = "acta.example/ledger";
inline constexpr const char* vkey = "acta.example/ledger+92e2fe06+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
inline constexpr const char* witness_vkey = "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X";
inline constexpr const char* log_signed =
    "acta.example/ledger\n5\nC3TUMA55gFbNSHKLT7AenxWtPgp5UPvFiXT/Z1MnHSQ=\n\n"
    "— acta.example/ledger kuL+BmCHJFOKPaPDdaekU/3XsIYoDAhM5XwzdimoU6cIwRyvsTdFDsyf5FQFK6mXh6cZa89MLmtvXSpEaCz6EP+pag0=\n";
inline constexpr const char* witness_line = "— witness.example/w1 IDJKvgAAAABlU/EAQ78pkD2vCBlt3irDwTFzeXVSGPDtPudVBXbjLfAQqtf20AQl5mRv+zdMD2ZW/NjQO06xmJQaQ+5Mn9rMC0ZxCw==\n";

}  // namespace acta::example
