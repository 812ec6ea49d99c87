#include "events/bytes.h"

#include "events/assert.h"

namespace acta {

ByteView view(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string_view text_view(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Bytes bytes_of(std::string_view text) {
  const ByteView bytes = view(text);
  return {bytes.begin(), bytes.end()};
}

void put(Bytes& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

void put_u8(Bytes& out, std::uint8_t value) { out.push_back(value); }

void put_be16(Bytes& out, std::uint16_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value & 0xff));
}

void put_be32(Bytes& out, std::uint32_t value) {
  put_be16(out, static_cast<std::uint16_t>(value >> 16));
  put_be16(out, static_cast<std::uint16_t>(value & 0xffff));
}

void put_be64(Bytes& out, std::uint64_t value) {
  put_be32(out, static_cast<std::uint32_t>(value >> 32));
  put_be32(out, static_cast<std::uint32_t>(value & 0xffffffff));
}

void put_prefixed(Bytes& out, ByteView bytes) {
  ACTA_ASSERT(bytes.size() <= 0xffffffff);
  put_be32(out, static_cast<std::uint32_t>(bytes.size()));
  put(out, bytes);
}

ByteView ByteReader::take(std::size_t count) {
  if (!ok_ || count > rest_.size()) {
    ok_ = false;
    return {};
  }
  const ByteView taken = rest_.first(count);
  rest_ = rest_.subspan(count);
  return taken;
}

std::uint8_t ByteReader::u8() {
  const ByteView bytes = take(1);
  return bytes.empty() ? std::uint8_t{0} : bytes[0];
}

std::uint16_t ByteReader::be16() {
  const ByteView bytes = take(2);
  return bytes.empty() ? std::uint16_t{0} : static_cast<std::uint16_t>(bytes[0] << 8 | bytes[1]);
}

std::uint32_t ByteReader::be32() {
  std::uint32_t value = 0;
  for (const std::uint8_t byte : take(4)) value = value << 8 | byte;
  return value;
}

std::uint64_t ByteReader::be64() {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : take(8)) value = value << 8 | byte;
  return value;
}

ByteView ByteReader::prefixed() { return take(be32()); }

}  // namespace acta
