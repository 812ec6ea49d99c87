#include "engine/witness/add_checkpoint.h"

#include "engine/ledger/proof_file.h"

namespace acta {
namespace {

constexpr std::string_view first_word = "old ";
constexpr std::size_t hashes_max = 63;      // of a consistency proof, by the protocol

Error malformed(std::string what) { return error(Code::malformed, std::move(what)); }

Result<std::string_view> take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return malformed("the body is `old SIZE`, the lines of a proof, an empty line and a checkpoint");
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

}  // namespace

std::string to_body(const AddCheckpoint& request) {
  std::string body = std::string(first_word) + std::to_string(request.old_size) + "\n";
  for (const Hash& hash : request.proof) body += to_base64(view(hash)) + "\n";
  return body + "\n" + request.note;
}

Result<AddCheckpoint> parse_add_checkpoint(std::string_view body) {
  AddCheckpoint request;
  ACTA_TRY(const std::string_view first, take_line(body));
  if (!first.starts_with(first_word)) return malformed("line 1 of the body is `old SIZE`");
  const auto size = parse_count(first.substr(first_word.size()));
  if (!size) return malformed("the size in line 1 of the body is " + size.error().message);
  request.old_size = *size;
  while (true) {
    ACTA_TRY(const std::string_view line, take_line(body));
    if (line.empty()) break;
    if (request.proof.size() == hashes_max) return malformed("a proof has at most " + std::to_string(hashes_max) + " hashes");
    const auto hash = parse_hash(line);
    if (!hash) return malformed("line " + std::to_string(request.proof.size() + 2) + " of the body is " + hash.error().message);
    request.proof.push_back(*hash);
  }
  request.note = body;
  return request;
}

}  // namespace acta
