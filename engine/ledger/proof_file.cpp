#include "engine/ledger/proof_file.h"

#include <algorithm>
#include <charconv>

namespace acta {
namespace {

constexpr std::string_view first_line = "c2sp.org/tlog-proof@v1", extra_word = "extra ", index_word = "index ";

class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  // Error: malformed when there is no further line, or it ends in CR LF.
  Result<std::string_view> next() {
    ++number_;
    const std::size_t end = rest_.find('\n');
    if (end == std::string_view::npos) return wrong("ends without a newline, or is missing");
    const std::string_view line = rest_.substr(0, end);
    if (line.ends_with('\r')) return wrong("ends in a carriage return and a newline: a newline alone is wanted");
    rest_.remove_prefix(end + 1);
    return line;
  }
  Error wrong(const std::string& what) const { return error(Code::malformed, "line " + std::to_string(number_) + " of the proof " + what); }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

Result<void> read_hashes(Lines& lines, std::vector<Hash>& hashes) {
  for (;;) {
    ACTA_TRY(const std::string_view line, lines.next());
    if (line.empty()) return {};
    if (hashes.size() == proof_hashes_max) return lines.wrong("is one hash too many: a proof has at most " + std::to_string(proof_hashes_max));
    const auto hash = parse_hash(line);
    if (!hash) return lines.wrong("is no hash: " + hash.error().message);
    hashes.push_back(*hash);
  }
}

}  // namespace

std::string to_proof_file(std::uint64_t index, const std::vector<Hash>& proof, std::string_view signed_checkpoint) {
  std::string file = std::string(first_line) + "\n" + std::string(index_word) + std::to_string(index) + "\n";
  for (const Hash& hash : proof) file += to_base64(view(hash)) + "\n";
  return file + "\n" + std::string(signed_checkpoint);
}

Result<ProofFile> parse_proof_file(std::string_view text) {
  Lines lines(text);
  ACTA_TRY(const std::string_view head, lines.next());
  if (head != first_line) return lines.wrong("is not " + std::string(first_line));
  ACTA_TRY(std::string_view line, lines.next());
  if (line.starts_with(extra_word)) {
    if (!from_base64(line.substr(extra_word.size()))) return lines.wrong("is no base64 behind `extra`");
    ACTA_TRY(line, lines.next());
  }
  const auto index = line.starts_with(index_word) ? parse_count(line.substr(index_word.size())) : Result<std::uint64_t>(lines.wrong("is not `index` and a number"));
  if (!index) return lines.wrong("is not `index` and a number in decimal digits up to 2^64 - 1");
  ProofFile proof{.index = *index, .hashes = {}, .note = {}};
  ACTA_CHECK(read_hashes(lines, proof.hashes));
  proof.note = lines.rest();
  return proof;
}

Result<Hash> parse_hash(std::string_view base64) {
  const auto decoded = from_base64(base64);
  if (!decoded) return error(Code::malformed, "not base64 with padding");
  Hash hash;
  if (decoded->size() != hash.bytes.size()) return error(Code::malformed, std::to_string(decoded->size()) + " bytes where a hash has 32");
  std::copy(decoded->begin(), decoded->end(), hash.bytes.begin());
  return hash;
}

Result<std::uint64_t> parse_count(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size() || text != std::to_string(value)) return error(Code::malformed, "not a number in decimal digits up to 2^64 - 1");
  return value;
}

}  // namespace acta
