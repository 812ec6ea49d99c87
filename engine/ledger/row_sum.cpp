#include "engine/ledger/row_sum.h"

#include <sodium.h>

#include "engine/random.h"

namespace acta {

static_assert(crypto_shorthash_siphashx24_KEYBYTES == 16 && crypto_shorthash_siphashx24_BYTES == 16);

RowSumKey::RowSumKey(Randomness& randomness) { randomness.fill(bytes); }

void RowSum::add(const RowSumKey& with, ByteView key, ByteView value) {
  Bytes row;
  row.reserve(4 + key.size() + value.size());
  put_prefixed(row, key);
  put(row, value);
  std::array<std::uint8_t, 16> hash{};
  crypto_shorthash_siphashx24(hash.data(), row.data(), row.size(), with.bytes.data());
  ByteReader in(hash);
  for (std::uint64_t& sum : sums_) sum += in.be64();
  ++rows_;
}

void RowSum::add(const RowSum& other) {
  rows_ += other.rows_;
  for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += other.sums_[i];
}

}  // namespace acta
