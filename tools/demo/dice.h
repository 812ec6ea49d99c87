#pragma once
// Invented values: the same text gives the same throws, whatever other cases there are.

#include <cstdint>
#include <span>
#include <string_view>

namespace acta::sample {

class Dice {
 public:
  explicit Dice(std::string_view name);
  std::int64_t between(std::int64_t low, std::int64_t high);  // both may come
  bool percent(int chance) { return between(1, 100) <= chance; }
  template <class Range>
  const auto& one_of(const Range& range) { return range[static_cast<std::size_t>(between(0, static_cast<std::int64_t>(std::size(range)) - 1))]; }

 private:
  std::uint64_t state_;
};

}  // namespace acta::sample
