// The signed heads: the checkpoint in the database and the head file outside it.

#include "engine/disk.h"
#include "engine/ledger/verify_impl.h"

namespace acta {
namespace {

std::optional<std::uint64_t> size_in(const std::string& note) {
  const std::size_t gap = note.find("\n\n");
  if (gap == std::string::npos) return std::nullopt;
  const auto checkpoint = parse_checkpoint(std::string_view(note).substr(0, gap + 1));
  if (!checkpoint) return std::nullopt;
  return checkpoint->size;
}

std::string at_size(std::uint64_t size) { return " was signed at size " + std::to_string(size); }

}  // namespace

void VerifyRun::read_heads() {
  const auto record = store->get(Family::meta, view(checkpoint_key));
  if (!record) find(std::nullopt, "checkpoint", record.error().message);
  if (record && *record) {
    ByteReader in(**record);
    const std::uint64_t size = in.be64();
    stored_note = in.ok() ? std::string(text_view(ByteView(**record).subspan(8))) : std::string();
    if (size_in(*stored_note) != size) find(std::nullopt, "checkpoint", "the stored checkpoint is not one of the size it is stored under");
  }
  if (!options.head_file.empty())
    if (auto file = read_file(*options.env, options.head_file)) outside_note = std::string(text_view(*file));
  if (auto cosigned = store->get(Family::meta, view(cosigned_key)); !cosigned) find(std::nullopt, "checkpoint", cosigned.error().message);
  else if (*cosigned) cosigned_note = std::string(text_view(**cosigned));
  for (const auto* note : {&stored_note, &cosigned_note, &outside_note})
    if (*note)
      if (const auto size = size_in(**note)) signed_sizes.push_back(*size);
}

std::optional<Checkpoint> VerifyRun::check_head(const std::string& note, const std::string& what) {
  const auto parsed = parse_note(note);
  if (!parsed) return find(std::nullopt, "signature", what + ": " + parsed.error().message), std::nullopt;
  const auto opened = parse_checkpoint(parsed->text);
  if (!opened) return find(std::nullopt, "signature", what + ": " + opened.error().message), std::nullopt;
  const Checkpoint& checkpoint = *opened;
  if (!check_signer(*parsed, checkpoint.size, what)) return std::nullopt;
  if (checkpoint.origin != opening->origin) return find(std::nullopt, "signature", what + " belongs to " + checkpoint.origin), std::nullopt;
  if (checkpoint.size > edge.size && tree_whole) find(Position{edge.size}, "cut tail", what + at_size(checkpoint.size) + ", the ledger has " + std::to_string(edge.size) + " entries");
  else if (checkpoint.size > edge.size) find(Position{edge.size}, "signature", what + at_size(checkpoint.size) + ": it cannot be checked, the tree cannot be rebuilt past this position");
  else if (checkpoint.root != (checkpoint.size == 0 ? empty_root() : roots.at(checkpoint.size))) find(std::nullopt, "signature", what + ": the first " + std::to_string(checkpoint.size) + " entries are not those that were signed");
  else report.signed_size = std::max(report.signed_size, checkpoint.size);
  return checkpoint;
}

// A signature that was made after its key was revoked is no forgery of the tree: it has a verdict of its own.
bool VerifyRun::check_signer(const Note& parsed, std::uint64_t size, const std::string& what) {
  const HeadSigner signer = log_keys->signer_of(parsed, size);
  if (signer == HeadSigner::valid_key) return true;
  if (signer == HeadSigner::nobody_known && size > edge.size && tree_whole) return find(Position{edge.size}, "cut tail", what + at_size(size) + " by a log key that no entry here names, the ledger has " + std::to_string(edge.size) + " entries: an older copy, from before the log key was changed"), false;
  if (signer != HeadSigner::revoked_key) return find(std::nullopt, "signature", what + " " + log_keys->describe(parsed, size)), false;
  revoked = true;
  note(std::nullopt, "revoked key", what + " " + log_keys->describe(parsed, size));
  return true;
}

void VerifyRun::check_signatures() {
  if (!opening) return find(Position{0}, "genesis", "without entry 0 no signature can be checked");
  report.origin = opening->origin;
  report.vkey = to_vkey(log_keys->current().key);
  report.keys = log_keys->all();
  if (cosigned_note) check_head(*cosigned_note, "the checkpoint with cosignatures");
  check_outside();
  check_key();
}

// The later one may be ahead of the copy, so nothing else is asked of it.
std::uint64_t VerifyRun::newest_outside(const Checkpoint& outside) const {
  if (options.later_head_file.empty()) return outside.size;
  const auto file = read_file(*options.env, options.later_head_file);
  const auto later = file ? log_keys->open(text_view(*file)) : Result<Checkpoint>(file.error());
  return later ? std::max(outside.size, later->size) : outside.size;
}

void VerifyRun::check_outside() {
  const auto stored = stored_note ? check_head(*stored_note, "the stored checkpoint") : std::nullopt;
  if (options.head_file.empty()) {
    report.remarks.push_back("no head file was compared: a ledger cut back to an older state would look the same");
  } else if (!outside_note) {
    find(std::nullopt, "head file", options.head_file + " is missing or unreadable: nobody can tell whether this is the newest copy");
  } else {
    const auto outside = check_head(*outside_note, "the head file");
    if (outside && !stored_note) find(std::nullopt, "checkpoint", "the stored checkpoint is missing: the head file" + at_size(outside->size));
    // It is written first, so it can only be ahead.
    if (outside && stored && newest_outside(*outside) < stored->size) find(std::nullopt, "head file", "it" + at_size(newest_outside(*outside)) + ", the stored checkpoint at " + std::to_string(stored->size) + ": an older head file was put in its place");
  }
}

void VerifyRun::check_key() {
  if (!options.key) {
    report.remarks.push_back("signatures were checked with the key that entry 0 names" + std::string(log_keys->all().size() > 1 ? " and those that follow from it" : "") + "; give the key you were handed (--key) to be sure of it");
    return;
  }
  const KeyTrust trust = log_keys->trust(*options.key, std::max(report.signed_size, std::uint64_t{1}));
  if (trust == KeyTrust::unknown_key) {
    untrusted = true;
    note(Position{0}, "key", log_keys->find(options.key->bytes) ? "no checkpoint is signed yet by the key you trust, " + hex_id(*options.key) : "entry 0 names " + to_vkey(log_keys->all().front().key) + ", and " + to_vkey(*options.key) + ", the key you trust, does not follow from it");
  } else if (trust == KeyTrust::revoked_key) {
    revoked = true;
    note(std::nullopt, "revoked key", "the key you trust, or one that follows from it, was revoked from before it named the next: ask for the key in force, from somebody you trust");
  }
}

}  // namespace acta
