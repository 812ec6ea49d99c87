#include "api/chunk_reader.h"

#include <algorithm>
#include <charconv>

namespace acta {
namespace {

constexpr std::size_t size_digits_max = 8, extension_bytes_max = 256, extensions_bytes_max = 4'096;
constexpr std::string_view line_end = "\r\n";

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_text(char c) { return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != 0x7f); }

}  // namespace

std::optional<Broken> ChunkReader::take(std::string_view& rest, std::string& body) {
  while (!done() && step(rest, body)) {
  }
  return broken_;
}

bool ChunkReader::step(std::string_view& rest, std::string& body) {
  if (at_ == At::data) return take_data(rest, body);
  const auto line_max = at_ == At::size ? size_digits_max + extension_bytes_max : at_ == At::trailer ? limits_.header_bytes_max - trailer_bytes_ : 0;
  const auto line = take_line(rest, line_max);
  if (!line) return false;
  if (at_ == At::size) return take_size(*line);
  if (at_ == At::trailer) return take_trailer(*line);
  at_ = At::size;
  return true;
}

// What does not end within its bounds is refused before the rest of it has come.
std::optional<std::string_view> ChunkReader::take_line(std::string_view& rest, std::size_t bytes_max) {
  const auto end = std::min(rest.find_first_of(line_end), rest.size());
  if (end > bytes_max) return fail("a line between chunks is too long, or not there"), std::nullopt;
  const bool whole = rest.size() >= end + line_end.size();
  if (rest.substr(end, line_end.size()) != line_end.substr(0, whole ? line_end.size() : rest.size() - end)) return fail("a line between chunks does not end with CR LF"), std::nullopt;
  if (!whole) return std::nullopt;
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end + line_end.size());
  return line;
}

bool ChunkReader::take_size(std::string_view line) {
  const auto digits = static_cast<std::size_t>(std::find_if_not(line.begin(), line.end(), is_hex) - line.begin());
  const auto extension = line.substr(digits);
  if (digits == 0 || digits > size_digits_max) return fail("a chunk's size is 1 to 8 hex digits");
  if (!extension.empty() && extension.front() != ';') return fail("a chunk's size is followed by other than an extension");
  if (!std::all_of(extension.begin(), extension.end(), is_text)) return fail("a chunk's extension holds a control character");
  if ((extension_bytes_ += extension.size()) > extensions_bytes_max) return fail("the extensions of the chunks are too long");
  std::from_chars(line.data(), line.data() + digits, left_, 16);
  at_ = left_ > 0 ? At::data : At::trailer;
  return true;
}

bool ChunkReader::take_data(std::string_view& rest, std::string& body) {
  if (left_ > limits_.body_bytes_max - body.size()) return broken_ = body_too_large(limits_), false;
  const auto count = std::min(left_, rest.size());
  body.append(rest.substr(0, count));
  rest.remove_prefix(count);
  left_ -= count;
  if (left_ == 0) at_ = At::data_end;
  return left_ == 0;
}

bool ChunkReader::take_trailer(std::string_view line) {
  trailer_bytes_ = std::min(limits_.header_bytes_max, trailer_bytes_ + line.size() + line_end.size());
  if (line.empty()) return at_ = At::end, true;
  if (++trailer_fields_ > limits_.fields_max) return fail("the trailer has too many fields");
  broken_ = field_line_fault(line);
  return !broken_;
}

bool ChunkReader::fail(std::string detail) {
  broken_ = Broken{Fault::framing, std::move(detail)};
  return false;
}

}  // namespace acta
