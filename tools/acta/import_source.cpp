#include "tools/acta/import_source.h"

#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "events/bytes.h"

namespace acta::cli {
namespace {

constexpr std::size_t block_bytes = 64 * 1024;
using Block = std::array<char, block_bytes>;

Error failed(const std::string& doing, const std::string& name, int reason) {
  return error(reason == ENOENT ? Code::not_found : Code::unavailable, doing + " " + name + ": " + std::strerror(reason) + ".");
}

class Digest {
 public:
  Digest() { crypto_hash_sha256_init(&state_); }
  void add(std::string_view text) { crypto_hash_sha256_update(&state_, reinterpret_cast<const unsigned char*>(text.data()), text.size()); }
  std::string hex() {
    Bytes out(crypto_hash_sha256_BYTES);
    crypto_hash_sha256_final(&state_, out.data());
    return to_hex(out);
  }

 private:
  crypto_hash_sha256_state state_;
};

bool can_be_read_twice(std::FILE* file) { return std::fseek(file, 0, SEEK_SET) == 0; }

}  // namespace

Result<ImportSource> ImportSource::open(const std::string& path) {
  const bool standard = path == "-";
  const std::string name = standard ? "standard input" : path;
  File file(standard ? ::fdopen(::dup(STDIN_FILENO), "rb") : std::fopen(path.c_str(), "rb"));
  if (!file) return failed("cannot read", name, errno);
  ImportSource source(name, std::move(file));
  ACTA_CHECK(source.make_readable_twice());
  ACTA_CHECK(source.look_through());
  return source;
}

Result<void> ImportSource::make_readable_twice() {
  if (can_be_read_twice(file_.get())) return {};
  File copy(std::tmpfile());
  if (!copy) return failed("cannot make a temporary file for", name_, errno);
  Block block;
  while (const std::size_t count = std::fread(block.data(), 1, block.size(), file_.get()))
    if (std::fwrite(block.data(), 1, count, copy.get()) != count) return failed("cannot copy", name_, errno);
  if (std::ferror(file_.get()) || std::fflush(copy.get()) != 0 || !can_be_read_twice(copy.get())) return failed("cannot copy", name_, errno);
  file_ = std::move(copy);
  return {};
}

Result<void> ImportSource::look_through() {
  Digest digest;
  Block block;
  char last = '\n';
  while (const std::size_t count = std::fread(block.data(), 1, block.size(), file_.get())) {
    digest.add({block.data(), count});
    lines_ += static_cast<std::uint64_t>(std::count(block.data(), block.data() + count, '\n'));
    last = block[count - 1];
  }
  if (std::ferror(file_.get())) return failed("reading", name_, errno);
  if (last != '\n') ++lines_;
  digest_ = digest.hex();
  if (!can_be_read_twice(file_.get())) return failed("reading", name_, errno);
  return {};
}

Result<bool> ImportSource::read_more() {
  Block block;
  const std::size_t count = std::fread(block.data(), 1, block.size(), file_.get());
  if (std::ferror(file_.get())) return failed("reading", name_, errno);
  pending_.append(block.data(), count);
  return count > 0;
}

Result<std::optional<std::string>> ImportSource::next() {
  std::size_t end = pending_.find('\n');
  while (end == std::string::npos && !ended_) {
    if (pending_.size() > import_line_bytes_max) break;
    const std::size_t searched = pending_.size();
    ACTA_TRY(const bool more, read_more());
    ended_ = !more;
    end = pending_.find('\n', searched);
  }
  if (pending_.empty()) return std::optional<std::string>();
  ++number_;
  if (std::min(end, pending_.size()) > import_line_bytes_max) return error(Code::too_large, "a line may have " + std::to_string(import_line_bytes_max) + " bytes");
  std::string line = pending_.substr(0, end);
  pending_.erase(0, line.size() + 1);
  return std::optional(std::move(line));
}

}  // namespace acta::cli
