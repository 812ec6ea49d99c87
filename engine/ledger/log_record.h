#pragma once
// One physical record of a RocksDB log file, and how a bad one came to be bad. Private to engine/ledger.
// Format (RocksDB db/log_format.h): blocks of 32 KiB; a record is crc32c over type and bytes, masked (4), length (2),
// type (1), bytes; a block's last 6 bytes or fewer are zero. Integers little-endian.

#include <optional>

#include "events/bytes.h"

namespace acta {

inline constexpr std::size_t log_block_bytes = 32'768;
inline constexpr std::size_t log_header_bytes = 7;

struct LogRecord {
  std::size_t bytes = 0;   // with its header
  bool begins = false;     // a logical record (type full or first), not a later part of one
};

// The record that `rest` begins with; nothing when it does not hold. `rest` goes to the end of the block or file.
std::optional<LogRecord> whole_log_record(ByteView rest);

enum class LogFault : std::uint8_t {
  torn,            // as a crash leaves it: cut short, or pages of it never written
  altered_length,  // whole, but for its length field
  altered_byte,    // whole, but for one byte
};
// Why `rest`, which stands at `offset` of its file, does not begin with a whole record.
LogFault fault_of_log_record(ByteView rest, std::size_t offset);

}  // namespace acta
