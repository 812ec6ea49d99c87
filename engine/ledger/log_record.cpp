#include "engine/ledger/log_record.h"

#include <algorithm>
#include <array>

namespace acta {
namespace {

constexpr std::uint8_t type_full = 1, type_first = 2, type_last = 4;
constexpr std::size_t type_at = 6;
constexpr std::size_t sector_bytes = 512;   // what a disk writes at once, at least
constexpr std::size_t lost_bytes_min = 16;  // fewer zeros than that may be content

using CrcTable = std::array<std::uint32_t, 256>;

const CrcTable& crc32c_table() {
  static const CrcTable table = [] {
    CrcTable made{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t crc = i;
      for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0u);
      made[i] = crc;
    }
    return made;
  }();
  return table;
}

// Where in the table the entry with a given top byte is: each has another.
const std::array<std::uint8_t, 256>& index_by_top_byte() {
  static const std::array<std::uint8_t, 256> index = [] {
    std::array<std::uint8_t, 256> made{};
    for (std::uint32_t i = 0; i < 256; ++i) made[crc32c_table()[i] >> 24] = static_cast<std::uint8_t>(i);
    return made;
  }();
  return index;
}

std::uint32_t extend_crc32c(std::uint32_t crc, ByteView bytes) {
  const CrcTable& table = crc32c_table();
  for (const std::uint8_t byte : bytes) crc = crc >> 8 ^ table[(crc ^ byte) & 0xff];
  return crc;
}

std::uint32_t crc32c(ByteView bytes) { return ~extend_crc32c(0xffffffffu, bytes); }

std::uint32_t masked(std::uint32_t crc) { return (crc >> 15 | crc << 17) + 0xa282ead8u; }

std::uint32_t unmasked(std::uint32_t stored) {
  const std::uint32_t turned = stored - 0xa282ead8u;
  return turned >> 17 | turned << 15;
}

std::uint32_t stored_crc(ByteView record) {
  return static_cast<std::uint32_t>(record[0] | record[1] << 8 | record[2] << 16) | static_cast<std::uint32_t>(record[3]) << 24;
}

std::size_t claimed_bytes(ByteView record) { return log_header_bytes + static_cast<std::size_t>(record[4] | record[5] << 8); }

ByteView covered(ByteView record, std::size_t bytes) { return record.subspan(type_at, bytes - type_at); }

bool all_zero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

bool whole_at_another_length(ByteView rest) {
  const std::uint32_t stored = stored_crc(rest);
  std::uint32_t crc = 0xffffffffu;
  for (std::size_t i = type_at; i < rest.size(); ++i) {
    crc = extend_crc32c(crc, rest.subspan(i, 1));
    if (masked(~crc) == stored) return true;
  }
  return false;
}

// A page that the crash kept from the disk reads as zeros, from one sector boundary (or the record's end) to the next.
bool has_lost_sector(ByteView record, std::size_t offset) {
  for (std::size_t at = 0; at < record.size();) {
    const std::size_t sector = std::min(record.size() - at, sector_bytes - (offset + at) % sector_bytes);
    if (sector >= lost_bytes_min && all_zero(record.subspan(at, sector))) return true;
    at += sector;
  }
  return false;
}

bool differ_in_one_byte(std::uint32_t one, std::uint32_t two) {
  int differing = 0;
  for (std::uint32_t rest = one ^ two; rest != 0; rest >>= 8) differing += (rest & 0xff) != 0 ? 1 : 0;
  return differing == 1;
}

// A crc is linear: an altered byte adds to it a term that depends on its change and its distance from the end alone.
// The table's entries are those terms at the last byte; each step back undoes one shift.
bool one_byte_from_whole(ByteView record) {
  const CrcTable& table = crc32c_table();
  const auto& index = index_by_top_byte();
  const std::uint32_t computed = crc32c(covered(record, record.size())), stored = stored_crc(record);
  if (differ_in_one_byte(masked(computed), stored)) return true;
  std::uint32_t difference = computed ^ unmasked(stored);
  for (std::size_t at = type_at; at < record.size(); ++at) {
    const std::uint8_t i = index[difference >> 24];
    if (table[i] == difference) return true;
    difference = (difference ^ table[i]) << 8 | i;
  }
  return false;
}

}  // namespace

std::optional<LogRecord> whole_log_record(ByteView rest) {
  if (rest.size() < log_header_bytes) return std::nullopt;
  const std::uint8_t type = rest[type_at];
  const std::size_t bytes = claimed_bytes(rest);
  if (type < type_full || type > type_last || bytes > rest.size()) return std::nullopt;
  if (masked(crc32c(covered(rest, bytes))) != stored_crc(rest)) return std::nullopt;
  return LogRecord{.bytes = bytes, .begins = type == type_full || type == type_first};
}

LogFault fault_of_log_record(ByteView rest, std::size_t offset) {
  if (rest.size() < log_header_bytes) return LogFault::torn;
  if (whole_at_another_length(rest)) return LogFault::altered_length;
  const ByteView record = rest.first(std::min(claimed_bytes(rest), rest.size()));
  if (claimed_bytes(rest) > rest.size() || has_lost_sector(record, offset)) return LogFault::torn;
  return one_byte_from_whole(record) ? LogFault::altered_byte : LogFault::torn;
}

}  // namespace acta
