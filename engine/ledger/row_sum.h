#pragma once
// Whether two collections of rows are the same, in whatever order they come, without keeping either: the sum of a keyed
// hash of each row. The key is drawn for each run, so nobody can prepare rows that add up to the same. Private to
// engine/ledger.

#include <array>

#include "events/bytes.h"

namespace acta {

class Randomness;

struct RowSumKey {
  std::array<std::uint8_t, 16> bytes{};
  explicit RowSumKey(Randomness& randomness);
};

class RowSum {
 public:
  void add(const RowSumKey& with, ByteView key, ByteView value);
  void add(const RowSum& other);
  bool operator==(const RowSum&) const = default;

 private:
  std::uint64_t rows_ = 0;
  std::array<std::uint64_t, 2> sums_{};
};

}  // namespace acta
