#pragma once
// A body that comes in chunks (RFC 9112 7.1), taken as it arrives. Pure.

#include <optional>
#include <string>
#include <string_view>

#include "api/framing.h"

namespace acta {

class ChunkReader {
 public:
  explicit ChunkReader(const RequestLimits& limits) : limits_(limits) {}
  // Takes from the front of `rest` what it can use and adds what the chunks hold to `body`. A size is 1 to 8 hex digits;
  // extensions are read over, 256 bytes a chunk and 4 KiB a body; trailer fields are held to the rules of the header and
  // dropped: nothing behind a body may change what the request says.
  std::optional<Broken> take(std::string_view& rest, std::string& body);
  bool done() const { return at_ == At::end; }

 private:
  enum class At { size, data, data_end, trailer, end };
  bool step(std::string_view& rest, std::string& body);       // false: more bytes are needed, or it is broken
  bool take_size(std::string_view line);
  bool take_data(std::string_view& rest, std::string& body);
  bool take_trailer(std::string_view line);
  std::optional<std::string_view> take_line(std::string_view& rest, std::size_t bytes_max);
  bool fail(std::string detail);

  const RequestLimits limits_;
  At at_ = At::size;
  std::size_t left_ = 0, extension_bytes_ = 0, trailer_bytes_ = 0, trailer_fields_ = 0;
  std::optional<Broken> broken_;
};

}  // namespace acta
