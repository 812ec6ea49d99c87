// The newest signed checkpoint, kept outside the data folder so that it does not roll back together with it.

#include "engine/ledger/head_file.h"

#include "engine/disk.h"
#include "engine/ledger/head_trail.h"
#include "engine/ledger/signer.h"

namespace acta {
namespace {

Error rolled_back(const std::string& what) { return error(Code::rolled_back, what); }

std::string sized(std::uint64_t size, const Hash& root) { return std::to_string(size) + " entries (root " + to_base64(view(root)) + ")"; }

std::string range(std::uint64_t from, std::uint64_t to) { return from + 1 == to ? "entry " + std::to_string(from) + " is" : "entries " + std::to_string(from) + " to " + std::to_string(to - 1) + " are"; }

Error behind(const std::string& head_file, const Checkpoint& outside, const Head& head) {
  return rolled_back("the head file " + head_file + " was signed at " + sized(outside.size, outside.root) + ", the ledger has " + sized(head.size, head.root) + ": " + range(head.size, outside.size) +
                     " missing. This is an older copy: put back the newest. If that is lost, `acta recover` says what to do");
}

Error before_another_key(const std::string& head_file, const Checkpoint& outside, const Head& head) {
  return rolled_back("the head file " + head_file + " was signed at " + sized(outside.size, outside.root) + " by a log key that no entry here names, and the ledger has " + sized(head.size, head.root) + ": " +
                     range(head.size, outside.size) + " missing. This is an older copy, from before the log key was changed: put back the newest, and its keys. If that is lost, `acta recover` says what to do");
}

Error forked(const std::string& where, const Checkpoint& outside, const Hash& root) {
  return rolled_back(where + " was signed at " + sized(outside.size, outside.root) + ", and the ledger's first " + std::to_string(outside.size) + " entries have the root " + to_base64(view(root)) +
                     ": they are other entries. This is not an older copy but another history, which nothing accepts: put back the folder that was signed, or the head file that belongs to this one");
}

// Error: rolled_back, when the ledger's beginning is not what was signed.
Result<void> check_beginning(const Ledger& ledger, const Checkpoint& outside, const std::string& where) {
  ACTA_TRY(const Hash root, root_at(outside.size, ledger.subtree_reader()));
  if (root != outside.root) return forked(where, outside, root);
  return {};
}

}  // namespace

Result<std::optional<TrailMark>> read_head_file(rocksdb::Env& env, const std::string& head_file, const Ledger& ledger, const LogKeys& keys) {
  const Result<Bytes> read = read_file(env, head_file);
  if (!read && read.error().code == Code::not_found) {
    if (!ledger.stored_checkpoint()) return std::optional<TrailMark>();
    return rolled_back("the head file " + head_file + " is missing, so nobody can tell whether this ledger is the newest copy: put it back");
  }
  if (!read) return read.error();
  TrailMark mark{.checkpoint = {}, .note = std::string(text_view(*read))};
  auto opened = keys.open(mark.note);
  if (const auto later = opened ? std::nullopt : head_of_unknown_key(env, head_file, keys); later && later->checkpoint.size > ledger.head().size) return before_another_key(head_file, later->checkpoint, ledger.head());
  if (!opened) return error(Code::damaged, "the head file " + head_file + " is not a checkpoint signed by this ledger's key (" + opened.error().message + ")");
  mark.checkpoint = *std::move(opened);
  const std::string& origin = keys.current().key.name;
  if (mark.checkpoint.origin != origin) return error(Code::foreign, "the head file " + head_file + " belongs to " + mark.checkpoint.origin + ", the ledger to " + origin);
  return std::optional(std::move(mark));
}

std::optional<TrailMark> head_of_unknown_key(rocksdb::Env& env, const std::string& head_file, const LogKeys& keys) {
  const Result<Bytes> read = read_file(env, head_file);
  const auto note = read ? parse_note(text_view(*read)) : Result<Note>(read.error());
  const auto checkpoint = note ? parse_checkpoint(note->text) : Result<Checkpoint>(note.error());
  if (!checkpoint || checkpoint->origin != keys.current().key.name || keys.signer_of(*note, checkpoint->size) != HeadSigner::nobody_known) return std::nullopt;
  return TrailMark{.checkpoint = *checkpoint, .note = std::string(text_view(*read))};
}

Result<void> check_head_file(rocksdb::Env& env, const std::string& head_file, const Ledger& ledger, const LogKeys& keys) {
  ACTA_TRY(const auto outside, read_head_file(env, head_file, ledger, keys));
  if (!outside) return {};
  if (outside->checkpoint.size > ledger.head().size) return behind(head_file, outside->checkpoint, ledger.head());
  return check_beginning(ledger, outside->checkpoint, "the head file " + head_file);
}

Result<std::uint64_t> size_shown_by_trail(rocksdb::Env& env, const std::string& head_file, const Ledger& ledger, const LogKeys& keys) {
  ACTA_TRY(const auto marks, read_trail(env, head_file, keys, ledger.head().size));
  std::uint64_t shown = 0;
  for (const TrailMark& mark : marks) {
    ACTA_CHECK(check_beginning(ledger, mark.checkpoint, "the ledger"));
    shown = mark.checkpoint.size;
  }
  return shown;
}

}  // namespace acta
