#pragma once
// Byte strings and the few encodings the formats need (docs/FORMAT.md "Notation").

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/result.h"

namespace acta {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

ByteView view(std::string_view text);             // the same bytes, not a copy
std::string_view text_view(ByteView bytes);
Bytes bytes_of(std::string_view text);

std::string to_hex(ByteView bytes);               // lower case
Result<Bytes> from_hex(std::string_view text);    // either case, even length; else invalid
std::string to_base64(ByteView bytes);            // RFC 4648 section 4, padded
Result<Bytes> from_base64(std::string_view text); // strict: padding required, no white space, unused bits zero

void put(Bytes& out, ByteView bytes);
void put_u8(Bytes& out, std::uint8_t value);
void put_be16(Bytes& out, std::uint16_t value);
void put_be32(Bytes& out, std::uint32_t value);
void put_be64(Bytes& out, std::uint64_t value);
void put_prefixed(Bytes& out, ByteView bytes);    // 4-byte big-endian length, then the bytes

// Reads what put_* wrote. A read past the end gives zeros and makes ok() false for good: check once, at the end.
class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : rest_(bytes) {}
  std::uint8_t u8();
  std::uint16_t be16();
  std::uint32_t be32();
  std::uint64_t be64();
  ByteView take(std::size_t count);
  ByteView prefixed();
  bool ok() const { return ok_; }
  bool done() const { return ok_ && rest_.empty(); }

 private:
  ByteView rest_;
  bool ok_ = true;
};

}  // namespace acta
