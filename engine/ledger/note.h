#pragma once
// Signed notes and checkpoints (C2SP signed-note and tlog-checkpoint), Ed25519 by libsodium.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "events/ids.h"

namespace acta {

struct PublicKey {
  std::string name;                        // of a log key: the origin
  std::uint8_t type = 0x01;                // 0x01 Ed25519 log key, 0x04 Ed25519 timestamped cosignature
  std::array<std::uint8_t, 32> bytes{};
  std::uint32_t id() const;                // first 4 bytes of SHA-256(name, 0x0A, type, bytes), big-endian
  bool operator==(const PublicKey&) const = default;
};
std::string to_vkey(const PublicKey& key);              // name+hex8(id)+base64(type || bytes)
Result<PublicKey> parse_vkey(std::string_view text);

// Overwrites itself when it goes.
class SigningKey {
 public:
  SigningKey(std::string name, const std::array<std::uint8_t, 32>& seed, std::uint8_t type = 0x01);
  ~SigningKey();
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;
  const PublicKey& public_key() const { return public_; }
  std::array<std::uint8_t, 64> sign(std::string_view text) const;

 private:
  PublicKey public_;
  std::array<std::uint8_t, 64> secret_{};
};

// Ed25519, of any bytes.
bool signature_holds(const PublicKey& key, ByteView signature, ByteView bytes);

struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Hash root;
  bool operator==(const Checkpoint&) const = default;
};
std::string to_text(const Checkpoint& checkpoint);           // three lines, each ending in a newline
Result<Checkpoint> parse_checkpoint(std::string_view text);  // exactly three lines; else malformed
// Other logs may add lines of their own below the three; they are read over. Error: malformed.
Result<Checkpoint> parse_extended_checkpoint(std::string_view text);

// The note: text, empty line, one signature line.
std::string sign_checkpoint(const Checkpoint& checkpoint, const SigningKey& key);
// One signature line more below a note that sign_checkpoint gave for the same checkpoint.
std::string signed_too(std::string note, const Checkpoint& checkpoint, const SigningKey& key);
// `text` ends in a newline.
std::string sign_note(std::string_view text, const SigningKey& key);
// The signature line of a witness (C2SP tlog-cosignature) under a checkpoint's text; `key` is of type 0x04.
std::string cosignature_line(std::string_view text, const SigningKey& key, std::uint64_t unix_seconds);
// Error: malformed; untrusted signature -> damaged. Unknown keys are ignored, a known one that fails is an error, at
// least one known one must hold, 16 signature lines at most.
Result<Checkpoint> open_checkpoint(std::string_view note, const std::vector<PublicKey>& known);

// --- the note itself, whatever its text is
struct NoteSignature {
  std::string name;
  std::uint32_t key_id = 0;
  Bytes bytes;                             // behind the key id
};
struct Note {
  std::string text;                        // what is signed, with its last newline
  std::vector<NoteSignature> signatures;
};
// Error: malformed. 16 signature lines at most.
Result<Note> parse_note(std::string_view note);
// Lines without a text, as a witness answers. Error: malformed.
Result<std::vector<NoteSignature>> parse_signature_lines(std::string_view lines);
std::string to_line(const NoteSignature& signature);

enum class SignatureState : std::uint8_t { unknown_key, holds, fails };
struct CheckedSignature {
  std::string name;
  std::uint32_t key_id = 0;
  SignatureState state = SignatureState::unknown_key;
  std::optional<std::uint64_t> time;       // unix seconds, of a cosignature that holds
};
// One a signature line, in their order.
std::vector<CheckedSignature> check_signatures(const Note& note, const std::vector<PublicKey>& known);

}  // namespace acta
