#include "engine/ledger/note.h"

#include <sodium.h>

#include <algorithm>

#include "engine/ledger/proof_file.h"
#include "events/assert.h"
#include "events/sha256.h"

namespace acta {
namespace {

constexpr std::uint8_t log_key_type = 0x01;
constexpr std::uint8_t cosignature_type = 0x04;
constexpr std::string_view signature_prefix = "\xE2\x80\x94 ";  // em dash, space
constexpr std::size_t signatures_max = 16;
constexpr std::size_t key_id_bytes = 4;

Error malformed(std::string what) { return error(Code::malformed, std::move(what)); }

Result<Bytes> parse_base64(std::string_view text) {
  Result<Bytes> decoded = from_base64(text);
  if (!decoded) return malformed(decoded.error().message);
  return decoded;
}

bool is_key_name(std::string_view name) {
  const auto allowed = [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != '+' && c != 0x7F; };
  return !name.empty() && std::all_of(name.begin(), name.end(), allowed);
}

Bytes typed_key(const PublicKey& key) {
  Bytes out{key.type};
  put(out, ByteView(key.bytes));
  return out;
}

std::string hex_id(std::uint32_t id) {
  Bytes bytes;
  put_be32(bytes, id);
  return to_hex(bytes);
}

struct NoteParts {
  std::string_view text;        // with its last newline
  std::string_view signatures;  // lines
};

Result<NoteParts> split_note(std::string_view note) {
  const std::size_t gap = note.rfind("\n\n");
  if (gap == std::string_view::npos || note.back() != '\n' || gap + 2 == note.size()) return malformed("not a signed note: text, an empty line and signature lines are expected");
  return NoteParts{.text = note.substr(0, gap + 1), .signatures = note.substr(gap + 2)};
}

Result<NoteSignature> parse_signature_line(std::string_view line) {
  if (line.ends_with('\r')) return malformed("the lines of a note end in a newline alone, not in a carriage return and a newline");
  if (!line.starts_with(signature_prefix)) return malformed("a signature line of a note begins with an em dash and a space");
  line.remove_prefix(signature_prefix.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos || !is_key_name(line.substr(0, space))) return malformed("a signature line of a note names no key");
  ACTA_TRY(const Bytes decoded, parse_base64(line.substr(space + 1)));
  if (decoded.size() <= key_id_bytes) return malformed("a signature line of a note is too short");
  ByteReader in(decoded);
  NoteSignature parsed{.name = std::string(line.substr(0, space)), .key_id = in.be32(), .bytes = {}};
  put(parsed.bytes, in.take(decoded.size() - key_id_bytes));
  return parsed;
}

Result<std::vector<NoteSignature>> parse_signatures(std::string_view lines) {
  std::vector<NoteSignature> parsed;
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    if (end == std::string_view::npos) return malformed("a signature line of a note ends in a newline");
    if (parsed.size() == signatures_max) return malformed("a note carries 16 signatures at most");
    ACTA_TRY(NoteSignature line, parse_signature_line(lines.substr(0, end)));
    parsed.push_back(std::move(line));
    lines.remove_prefix(end + 1);
  }
  return parsed;
}

bool ed25519_holds(const PublicKey& key, ByteView signature, std::string_view text) {
  return signature.size() == crypto_sign_BYTES && crypto_sign_verify_detached(signature.data(), view(text).data(), text.size(), key.bytes.data()) == 0;
}

// C2SP tlog-cosignature: the time it names is signed with the text.
struct Cosignature {
  std::uint64_t seconds = 0;
  bool holds = false;
};

std::string cosigned_text(std::string_view text, std::uint64_t seconds) { return "cosignature/v1\ntime " + std::to_string(seconds) + "\n" + std::string(text); }

Cosignature read_cosignature(const PublicKey& key, ByteView timestamped, std::string_view text) {
  ByteReader in(timestamped);
  Cosignature read{.seconds = in.be64()};
  const ByteView signature = in.take(crypto_sign_BYTES);
  read.holds = in.done() && ed25519_holds(key, signature, cosigned_text(text, read.seconds));
  return read;
}

const PublicKey* find_key(const std::vector<PublicKey>& known, const NoteSignature& line) {
  const auto found = std::find_if(known.begin(), known.end(), [&](const PublicKey& key) { return key.name == line.name && key.id() == line.key_id; });
  return found == known.end() ? nullptr : &*found;
}

CheckedSignature check_signature(const Note& note, const NoteSignature& line, const std::vector<PublicKey>& known) {
  CheckedSignature checked{.name = line.name, .key_id = line.key_id, .state = SignatureState::unknown_key, .time = {}};
  const PublicKey* key = find_key(known, line);
  if (!key) return checked;
  bool holds = false;
  if (key->type == cosignature_type) {
    const Cosignature read = read_cosignature(*key, line.bytes, note.text);
    holds = read.holds;
    if (holds) checked.time = read.seconds;
  } else {
    holds = key->type == log_key_type && ed25519_holds(*key, line.bytes, note.text);
  }
  checked.state = holds ? SignatureState::holds : SignatureState::fails;
  return checked;
}

Result<std::uint64_t> parse_size(std::string_view text) {
  const auto size = parse_count(text);
  if (!size) return malformed("the size in a checkpoint is " + size.error().message);
  return *size;
}

Result<std::string_view> take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return malformed("a checkpoint is three lines, each ending in a newline");
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

Result<Hash> parse_root(std::string_view text) {
  const auto root = parse_hash(text);
  if (!root) return malformed("the root in a checkpoint is " + root.error().message);
  return *root;
}

// Takes the three lines off the front.
Result<Checkpoint> take_checkpoint(std::string_view& text) {
  Checkpoint checkpoint;
  ACTA_TRY(const std::string_view origin, take_line(text));
  ACTA_TRY(const std::string_view size, take_line(text));
  ACTA_TRY(const std::string_view root, take_line(text));
  if (origin.empty()) return malformed("a checkpoint is three lines: origin, size, root");
  checkpoint.origin = origin;
  ACTA_TRY(checkpoint.size, parse_size(size));
  ACTA_TRY(checkpoint.root, parse_root(root));
  return checkpoint;
}

}  // namespace

std::uint32_t PublicKey::id() const {
  const std::uint8_t newline = 0x0A;
  const Hash hash = sha256({acta::view(name), ByteView(&newline, 1), typed_key(*this)});
  return ByteReader(acta::view(hash)).be32();
}

std::string to_vkey(const PublicKey& key) { return key.name + "+" + hex_id(key.id()) + "+" + to_base64(typed_key(key)); }

Result<PublicKey> parse_vkey(std::string_view text) {
  const std::size_t first = text.find('+');
  const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos || !is_key_name(text.substr(0, first))) return malformed("a key is written name+8 hex digits+base64");
  PublicKey key{.name = std::string(text.substr(0, first)), .type = 0, .bytes = {}};
  ACTA_TRY(const Bytes decoded, parse_base64(text.substr(second + 1)));
  if (decoded.size() != 1 + key.bytes.size()) return malformed("a key is one type byte and 32 bytes");
  key.type = decoded.front();
  std::copy(decoded.begin() + 1, decoded.end(), key.bytes.begin());
  if (key.type != log_key_type && key.type != cosignature_type) return malformed("a key of type " + std::to_string(key.type) + " is not known here");
  if (text.substr(first + 1, second - first - 1) != hex_id(key.id())) return malformed("the key id does not fit the key: it should be " + hex_id(key.id()));
  return key;
}

SigningKey::SigningKey(std::string name, const std::array<std::uint8_t, 32>& seed, std::uint8_t type) {
  ACTA_ASSERT(sodium_init() >= 0);
  public_.name = std::move(name);
  public_.type = type;
  crypto_sign_seed_keypair(public_.bytes.data(), secret_.data(), seed.data());
}

SigningKey::~SigningKey() { sodium_memzero(secret_.data(), secret_.size()); }

std::array<std::uint8_t, 64> SigningKey::sign(std::string_view text) const {
  std::array<std::uint8_t, 64> signature{};
  crypto_sign_detached(signature.data(), nullptr, view(text).data(), text.size(), secret_.data());
  return signature;
}

std::string to_text(const Checkpoint& checkpoint) {
  return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" + to_base64(view(checkpoint.root)) + "\n";
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
  ACTA_TRY(Checkpoint checkpoint, take_checkpoint(text));
  if (!text.empty()) return malformed("a checkpoint is three lines: origin, size, root");
  return checkpoint;
}

Result<Checkpoint> parse_extended_checkpoint(std::string_view text) {
  ACTA_TRY(Checkpoint checkpoint, take_checkpoint(text));
  if (text.find("\n\n") != std::string_view::npos || text.starts_with('\n')) return malformed("a checkpoint has no empty lines");
  return checkpoint;
}

bool signature_holds(const PublicKey& key, ByteView signature, ByteView bytes) { return ed25519_holds(key, signature, text_view(bytes)); }

std::string to_line(const NoteSignature& signature) {
  Bytes line;
  put_be32(line, signature.key_id);
  put(line, signature.bytes);
  return std::string(signature_prefix) + signature.name + " " + to_base64(line) + "\n";
}

std::string sign_note(std::string_view text, const SigningKey& key) {
  const auto signature = key.sign(text);
  return std::string(text) + "\n" + to_line({.name = key.public_key().name, .key_id = key.public_key().id(), .bytes = {signature.begin(), signature.end()}});
}

std::string sign_checkpoint(const Checkpoint& checkpoint, const SigningKey& key) { return sign_note(to_text(checkpoint), key); }

std::string signed_too(std::string note, const Checkpoint& checkpoint, const SigningKey& key) {
  const auto signature = key.sign(to_text(checkpoint));
  return std::move(note) + to_line({.name = key.public_key().name, .key_id = key.public_key().id(), .bytes = {signature.begin(), signature.end()}});
}

std::string cosignature_line(std::string_view text, const SigningKey& key, std::uint64_t unix_seconds) {
  ACTA_ASSERT(key.public_key().type == cosignature_type);
  NoteSignature signature{.name = key.public_key().name, .key_id = key.public_key().id(), .bytes = {}};
  put_be64(signature.bytes, unix_seconds);
  put(signature.bytes, ByteView(key.sign(cosigned_text(text, unix_seconds))));
  return to_line(signature);
}

Result<std::vector<NoteSignature>> parse_signature_lines(std::string_view lines) { return parse_signatures(lines); }

Result<Note> parse_note(std::string_view note) {
  ACTA_TRY(const NoteParts parts, split_note(note));
  ACTA_TRY(std::vector<NoteSignature> signatures, parse_signatures(parts.signatures));
  return Note{.text = std::string(parts.text), .signatures = std::move(signatures)};
}

std::vector<CheckedSignature> check_signatures(const Note& note, const std::vector<PublicKey>& known) {
  std::vector<CheckedSignature> checked;
  for (const NoteSignature& line : note.signatures) checked.push_back(check_signature(note, line, known));
  return checked;
}

Result<Checkpoint> open_checkpoint(std::string_view note, const std::vector<PublicKey>& known) {
  ACTA_TRY(const Note parsed, parse_note(note));
  bool vouched = false;
  for (const CheckedSignature& signature : check_signatures(parsed, known)) {
    if (signature.state == SignatureState::fails) return error(Code::damaged, "the signature of " + signature.name + " under the checkpoint does not hold");
    vouched |= signature.state == SignatureState::holds;
  }
  if (!vouched) return error(Code::damaged, "the checkpoint carries no signature of a known key");
  return parse_checkpoint(parsed.text);
}

}  // namespace acta
