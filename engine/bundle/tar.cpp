#include "engine/bundle/tar.h"

#include <algorithm>

#include "events/assert.h"

namespace acta {
namespace {

constexpr std::size_t name_max = 100, size_at = 124, size_digits = 11, sum_at = 148, sum_digits = 6;
constexpr std::string_view end_reached = "the file ends too early: it was cut short";

std::string octal(std::uint64_t value, std::size_t digits) {
  std::string text(digits, '0');
  for (std::size_t i = digits; i-- > 0; value >>= 3) text[i] = static_cast<char>('0' + (value & 7));
  return text;
}

std::string header(std::string_view name, std::uint64_t size) {
  ACTA_ASSERT(name.size() <= name_max);
  std::string block(tar_block, '\0');
  const auto put_at = [&](std::size_t at, std::string_view text) { std::copy(text.begin(), text.end(), block.begin() + static_cast<std::ptrdiff_t>(at)); };
  put_at(0, name);
  put_at(100, octal(0644, 7));
  put_at(108, octal(0, 7));
  put_at(116, octal(0, 7));
  put_at(size_at, octal(size, size_digits));
  put_at(136, octal(0, 11));
  put_at(sum_at, std::string(8, ' ') + "0");
  put_at(257, std::string_view("ustar\00000", 8));
  put_at(329, octal(0, 7));
  put_at(337, octal(0, 7));
  std::uint64_t sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  put_at(sum_at, octal(sum, sum_digits) + std::string("\0 ", 2));
  return block;
}

std::size_t padding(std::size_t size) { return (tar_block - size % tar_block) % tar_block; }

std::optional<std::uint64_t> size_in(std::string_view block) {
  std::uint64_t size = 0;
  for (const char digit : block.substr(size_at, size_digits)) {
    if (digit < '0' || digit > '7') return std::nullopt;
    size = size << 3 | static_cast<std::uint64_t>(digit - '0');
  }
  return size;
}

bool zeros(std::string_view bytes) { return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0'; }); }

class Walker {
 public:
  explicit Walker(std::string_view archive) : all_(archive) {}
  TarWalk walk() {
    while (step()) {
    }
    return std::move(walk_);
  }

 private:
  std::string_view rest() const { return all_.substr(at_); }
  bool stop(std::string_view why, bool cut_short = false) {
    walk_.fault = "byte " + std::to_string(at_) + ": " + std::string(why);
    walk_.cut_short = cut_short;
    return false;
  }
  bool step();
  bool end();
  bool take(const std::string& name, std::uint64_t size);

  std::string_view all_;
  std::size_t at_ = 0;
  TarWalk walk_;
};

bool Walker::step() {
  if (rest().size() < tar_block) return stop(end_reached, true);
  const std::string_view block = rest().substr(0, tar_block);
  if (zeros(block)) return end();
  const std::string name(block.substr(0, std::min(block.substr(0, name_max).find('\0'), name_max)));
  const auto size = size_in(block);
  if (!size || header(name, *size) != block) return stop("not the header of a member: altered, or no bundle");
  at_ += tar_block;
  return take(name, *size);
}

bool Walker::take(const std::string& name, std::uint64_t size) {
  if (size > rest().size() || padding(size) > rest().size() - size) return stop(end_reached, true);
  walk_.members.push_back({.name = name, .content = Bytes(rest().begin(), rest().begin() + static_cast<std::ptrdiff_t>(size))});
  at_ += size;
  if (!zeros(rest().substr(0, padding(size)))) return stop("the padding behind " + name + " is not zeros");
  at_ += padding(size);
  return true;
}

bool Walker::end() {
  if (rest().size() < 2 * tar_block) return stop(end_reached, true);
  if (rest().size() > 2 * tar_block || !zeros(rest())) return stop("something stands behind the last member");
  return false;
}

}  // namespace

std::string tar_member(std::string_view name, ByteView content) {
  std::string out = header(name, content.size());
  out += text_view(content);
  return out.append(padding(content.size()), '\0');
}

std::string tar_end() { return std::string(2 * tar_block, '\0'); }

TarWalk walk_tar(ByteView archive) { return Walker(text_view(archive)).walk(); }

}  // namespace acta
