// Checks of proofs, ours or another log's: nothing is asked of any ledger.

#include <iostream>
#include <nlohmann/json.hpp>

#include "engine/ledger/proof_file.h"
#include "engine/ledger/tree.h"
#include "tools/acta/input.h"
#include "tools/acta/session.h"
#include "tools/acta/terminal.h"
#include "tools/acta/trusted_keys.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

// --- what stands on the command line. Error (all): invalid, naming the option.
Error unusable(const std::string& option, const Error& why) { return error(Code::invalid, option + ": " + why.message + "."); }

Result<std::uint64_t> count_option(const std::string& option, const std::string& text) {
  const auto count = parse_count(text);
  return count ? count : unusable(option, count.error());
}

Result<Hash> hash_option(const std::string& option, const std::string& text) {
  const auto hash = parse_hash(text);
  return hash ? hash : unusable(option, hash.error());
}

Result<std::vector<Hash>> hash_arguments(const std::vector<std::string>& texts) {
  if (texts.size() > proof_hashes_max) return error(Code::invalid, "HASH: a proof has at most " + std::to_string(proof_hashes_max) + " hashes, not " + std::to_string(texts.size()) + ".");
  std::vector<Hash> hashes;
  for (const std::string& text : texts) {
    ACTA_TRY(const Hash hash, hash_option("HASH " + std::to_string(hashes.size() + 1), text));
    hashes.push_back(hash);
  }
  return hashes;
}

int tell(const Globals& globals, bool holds, const std::string& what) {
  if (globals.json) std::cout << Json{{"verdict", holds ? "holds" : "tampered"}}.dump() << "\n";
  else std::cout << (holds ? "Holds: " : "DOES NOT HOLD: it is not shown that ") << what << "\n";
  return holds ? Exit::ok : Exit::tampered;
}

Result<bool> inclusion(const InclusionOptions& options) {
  ACTA_TRY(const std::uint64_t index, count_option("--index", options.index));
  ACTA_TRY(const std::uint64_t size, count_option("--size", options.size));
  ACTA_TRY(const Hash leaf, hash_option("--leaf-hash", options.leaf_hash));
  ACTA_TRY(const Hash root, hash_option("--root", options.root));
  ACTA_TRY(const auto hashes, hash_arguments(options.hashes));
  return inclusion_holds(index, size, leaf, hashes, root);
}

Result<bool> consistency(const ConsistencyOptions& options) {
  ACTA_TRY(const std::uint64_t from, count_option("--from", options.from));
  ACTA_TRY(const std::uint64_t to, count_option("--to", options.to));
  if (from == 0) return error(Code::invalid, "--from: every tree begins with the empty one, so nothing is shown by size 0.");
  ACTA_TRY(const Hash from_root, hash_option("--from-root", options.from_root));
  ACTA_TRY(const Hash to_root, hash_option("--to-root", options.to_root));
  ACTA_TRY(const auto hashes, hash_arguments(options.hashes));
  return consistency_holds(from, to, from_root, to_root, hashes);
}

// --- a proof file
struct Examined {
  ProofFile proof;
  Checkpoint checkpoint;
  std::vector<CheckedSignature> signatures;
  bool included = false, vouched_for = false, false_signature = false;
};

bool log_signed(const std::vector<PublicKey>& keys, const Note& note) { return vouched(check_signatures(note, keys)) == Vouched::by_known_key; }

Result<Hash> leaf_of(const ProofFileOptions& options) {
  if (options.entry.empty()) return hash_option("--leaf-hash", options.leaf_hash);
  ACTA_TRY(const std::string bytes, read_input(options.entry));
  return leaf_hash(view(bytes));
}

Result<Examined> examine(const ProofFileOptions& options, const Trust& trust, const Hash& leaf) {
  ACTA_TRY(const std::string text, read_input(options.path));
  Examined found;
  ACTA_TRY(found.proof, parse_proof_file(text));
  ACTA_TRY(const Note note, parse_note(found.proof.note));
  ACTA_TRY(found.checkpoint, parse_extended_checkpoint(note.text));
  found.signatures = check_signatures(note, trust.known());
  found.false_signature = vouched(found.signatures) == Vouched::falsely;
  found.vouched_for = log_signed(trust.keys, note) && (!trust.policy || quorum_met(*trust.policy, found.signatures));
  found.included = inclusion_holds(found.proof.index, found.checkpoint.size, leaf, found.proof.hashes, found.checkpoint.root);
  return found;
}

struct Verdict {
  int exit;
  std::string_view name;
  std::string meaning;
};

Verdict verdict_of(const Examined& found, const Trust& trust) {
  const std::string place = "entry " + std::to_string(found.proof.index) + " of " + std::to_string(found.checkpoint.size) + " in " + printable(found.checkpoint.origin);
  if (found.false_signature) return {Exit::tampered, "tampered", "DOES NOT HOLD: a signature in the name of a key you trust is false."};
  if (!found.included) return {Exit::tampered, "tampered", "DOES NOT HOLD: these bytes are not " + place + "."};
  if (found.vouched_for) return {Exit::ok, "holds", "Holds: these bytes are " + place + "."};
  const bool too_few = trust.policy && vouched(found.signatures) == Vouched::by_known_key;
  return {Exit::untrusted_key, "untrusted_key", too_few ? "UNTRUSTED KEY: fewer signed this checkpoint than the policy wants." : "UNTRUSTED KEY: the proof fits its checkpoint, but none of the logs you trust signed that."};
}

Json json_of(const Examined& found, const Verdict& verdict) {
  return {{"verdict", verdict.name}, {"index", found.proof.index}, {"size", found.checkpoint.size}, {"origin", found.checkpoint.origin},
          {"root", to_base64(view(found.checkpoint.root))}, {"signatures", cli::json_of(found.signatures)}};
}

// What was wrongly asked is told as such, what was wrongly found as the failure it is.
int report_input(const Globals& globals, const Error& failure) { return failure.code == Code::invalid ? report_usage(failure.message) : report(globals, failure); }

}  // namespace

int verify_inclusion(const Globals& globals, const InclusionOptions& options) {
  const auto holds = inclusion(options);
  if (!holds) return report_usage(holds.error().message);
  return tell(globals, *holds, "the leaf is at index " + options.index + " of the tree of size " + options.size + " with this root.");
}

int verify_consistency(const Globals& globals, const ConsistencyOptions& options) {
  const auto holds = consistency(options);
  if (!holds) return report_usage(holds.error().message);
  return tell(globals, *holds, "the tree of size " + options.from + " is the beginning of the tree of size " + options.to + ".");
}

int verify_proof_file(const Globals& globals, const ProofFileOptions& options) {
  if (options.entry.empty() == options.leaf_hash.empty()) return report_usage("say what is to be proved: either --entry FILE (its stored bytes) or --leaf-hash B64.");
  const auto trust = read_trust(options.keys, options.policy);
  if (!trust) return report_input(globals, trust.error());
  const auto leaf = leaf_of(options);
  if (!leaf) return report_input(globals, leaf.error());
  const auto found = examine(options, *trust, *leaf);
  if (!found) return report(globals, found.error());
  const Verdict verdict = verdict_of(*found, *trust);
  if (globals.json) std::cout << json_of(*found, verdict).dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
  else std::cout << cli::lines_of(found->signatures) << verdict.meaning << "\n";
  return verdict.exit;
}

}  // namespace acta::cli
