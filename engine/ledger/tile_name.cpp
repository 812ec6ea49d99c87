#include "engine/ledger/tile_name.h"

#include <charconv>
#include <limits>

namespace acta {
namespace {

constexpr std::string_view prefix = "tile/", entries = "entries", partial = ".p/";
constexpr unsigned level_max = 63;          // as the specification has it; trees of 2^64 leaves need eight
constexpr std::uint64_t group = 1'000;      // digits of N in groups of three
constexpr std::size_t group_digits = 3;

std::string three_digits(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  return std::string(group_digits - digits.size(), '0') + digits;
}

std::string index_path(std::uint64_t index) {
  std::string path = three_digits(index % group);
  while (index /= group) path = "x" + three_digits(index % group) + "/" + path;
  return path;
}

// Decimal digits without a leading zero, at most `most`.
std::optional<std::uint64_t> plain_number(std::string_view text, std::uint64_t most) {
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = !text.empty() && failure == std::errc() && end == text.data() + text.size();
  if (!whole || value > most || text != std::to_string(value)) return std::nullopt;
  return value;
}

// Takes "name/" off the front.
std::string_view take_step(std::string_view& path) {
  const std::size_t slash = path.find('/');
  const std::string_view step = path.substr(0, slash);
  path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  return step;
}

std::optional<std::uint64_t> index_in(std::string_view path) {
  std::string digits;
  for (const char c : path)
    if (c != 'x' && c != '/') digits += c;
  const std::size_t zeros = std::min(digits.find_first_not_of('0'), digits.empty() ? 0 : digits.size() - 1);
  const auto index = plain_number(std::string_view(digits).substr(zeros), std::numeric_limits<std::uint64_t>::max());
  return index && index_path(*index) == path ? index : std::nullopt;
}

Error no_tile_name(std::string_view path) {
  return error(Code::malformed, "not the name of a tile: " + std::string(path.substr(0, 100)) + "; as tile/0/x001/x234/067, tile/1/000.p/17 or tile/entries/000.p/5");
}

}  // namespace

std::string to_path(const TileName& name) {
  std::string path = std::string(prefix) + (name.level ? std::to_string(*name.level) : std::string(entries)) + "/" + index_path(name.index);
  if (name.width < tile_width) path += std::string(partial) + std::to_string(name.width);
  return path;
}

Result<TileName> parse_tile_path(std::string_view path) {
  std::string_view rest = path;
  if (!rest.starts_with(prefix)) return no_tile_name(path);
  rest.remove_prefix(prefix.size());
  const std::string_view first = take_step(rest);
  TileName name;
  if (first != entries) {
    const auto level = plain_number(first, level_max);
    if (!level) return no_tile_name(path);
    name.level = static_cast<unsigned>(*level);
  }
  if (const std::size_t at = rest.find(partial); at != std::string_view::npos) {
    const auto width = plain_number(rest.substr(at + partial.size()), tile_width - 1);
    if (!width || *width == 0) return no_tile_name(path);
    name.width = static_cast<unsigned>(*width);
    rest = rest.substr(0, at);
  }
  const auto index = index_in(rest);
  if (!index) return no_tile_name(path);
  name.index = *index;
  return name;
}

std::optional<std::uint64_t> leaves_needed(const TileName& name) {
  const unsigned shift = name.level.value_or(0) * tile_height;
  constexpr unsigned bits = 63;
  if (shift >= bits || name.index > (1ull << (bits - tile_height)) - 1) return std::nullopt;
  const std::uint64_t hashes = name.index * tile_width + name.width;
  if (hashes > (1ull << (bits - shift))) return std::nullopt;
  return hashes << shift;
}

}  // namespace acta
