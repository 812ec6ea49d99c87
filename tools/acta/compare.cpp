// Two signed heads of one log: can both be true? If not, the two signatures are the evidence.

#include "engine/ledger/compare.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "engine/ledger/proof_file.h"
#include "tools/acta/input.h"
#include "tools/acta/session.h"
#include "tools/acta/terminal.h"
#include "tools/acta/trusted_keys.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

struct SignedHead {
  std::string path;
  Note note;
  Checkpoint head;
  std::vector<CheckedSignature> signatures;
};

struct Verdict {
  int exit;
  std::string_view name;
  std::string meaning;
};

struct Comparison {
  SignedHead smaller, larger;
  Heads heads = Heads::not_provable;
  std::string why;                      // not_provable: what was missing
};

Result<SignedHead> read_head(const std::string& path, const Trust& trust) {
  ACTA_TRY(const std::string text, read_input(path));
  SignedHead read{.path = path, .note = {}, .head = {}, .signatures = {}};
  ACTA_TRY(read.note, parse_note(text));
  ACTA_TRY(read.head, parse_extended_checkpoint(read.note.text));
  read.signatures = check_signatures(read.note, trust.known());
  return read;
}

// Signed by a trusted log in whose name it speaks.
bool log_signed(const SignedHead& head, const Trust& trust) {
  return std::any_of(head.signatures.begin(), head.signatures.end(), [&](const CheckedSignature& signature) {
    const bool is_log = std::any_of(trust.keys.begin(), trust.keys.end(), [&](const PublicKey& key) { return key.name == signature.name && key.id() == signature.key_id; });
    return signature.state == SignatureState::holds && is_log && signature.name == head.head.origin;
  });
}

std::optional<Verdict> unsigned_verdict(const SignedHead& head, const Trust& trust) {
  const std::string which = printable(head.path);
  if (vouched(head.signatures) == Vouched::falsely) return Verdict{Exit::tampered, "tampered", "DOES NOT HOLD: a signature in the name of a key you trust is false under " + which + ", so it shows nothing."};
  if (!log_signed(head, trust)) return Verdict{Exit::untrusted_key, "untrusted_key", "UNTRUSTED KEY: none of the logs you trust signed " + which + ", so it shows nothing."};
  return std::nullopt;
}

// --- the proof, from wherever it is to be had
Result<std::uint64_t> count_at(const Json& object, const char* name) {
  const Json& value = member(object, name);
  if (!value.is_number_unsigned()) return error(Code::malformed, "the proof has no `" + std::string(name) + "`");
  return value.get<std::uint64_t>();
}

Result<ConsistencyClaim> claim_of(const Json& told) {
  ConsistencyClaim claim;
  ACTA_TRY(claim.from, count_at(told, "from"));
  ACTA_TRY(claim.to, count_at(told, "to"));
  if (member(told, "proof").size() > proof_hashes_max) return error(Code::malformed, "a proof has at most " + std::to_string(proof_hashes_max) + " hashes");
  for (const Json& hash : member(told, "proof")) {
    ACTA_TRY(const Hash one, parse_hash(plain(hash)));
    claim.hashes.push_back(one);
  }
  if (auto root = parse_hash(text_at(told, "from_root"))) claim.from_root = *root;
  return claim;
}

Result<ConsistencyClaim> claim_from_file(const std::string& path, const Comparison& of) {
  ACTA_TRY(const std::string text, read_input(path));
  if (text.starts_with('{')) return claim_of(parse_answer(text));
  ACTA_TRY(auto hashes, parse_hash_lines(text));
  return ConsistencyClaim{.from = of.smaller.head.size, .to = of.larger.head.size, .from_root = {}, .hashes = std::move(hashes)};
}

Result<ConsistencyClaim> claim_from_ledger(const Globals& globals, const Comparison& of) {
  ACTA_TRY(auto session, Session::open(globals, Access::read));
  ACTA_TRY(const Json told, session.get_json("/v1/ledger/consistency?from=" + std::to_string(of.smaller.head.size) + "&to=" + std::to_string(of.larger.head.size)));
  return claim_of(told);
}

bool has_ledger(const Globals& globals) { return !globals.url.empty() || std::filesystem::exists(globals.data); }

std::string source_of(const Globals& globals) { return globals.url.empty() ? "the ledger in " + globals.data : globals.url; }

// Error: of a proof that was given and cannot be read.
Result<void> compare(const Globals& globals, const CompareOptions& options, Comparison& into) {
  std::optional<ConsistencyClaim> claim;
  into.heads = compare_heads(into.smaller.head, into.larger.head, claim);
  if (into.heads != Heads::not_provable) return {};
  into.why = "give a consistency proof with --proof, or the log's ledger with --url or --data";
  if (!options.proof.empty()) {
    ACTA_TRY(claim, claim_from_file(options.proof, into));
    into.why = "the proof that was given does not lead from the one to the other; ask the log for another";
  } else if (has_ledger(globals)) {
    auto asked = claim_from_ledger(globals, into);
    into.why = asked ? source_of(globals) + " does not hold the entries of the larger checkpoint" : source_of(globals) + " gave no proof: " + asked.error().message;
    if (asked) claim = *std::move(asked);
  }
  into.heads = compare_heads(into.smaller.head, into.larger.head, claim);
  return {};
}

std::string sizes_of(const Comparison& found) { return std::to_string(found.smaller.head.size) + " and " + std::to_string(found.larger.head.size); }

Verdict verdict_of(const Comparison& found) {
  const std::string origin = printable(found.smaller.head.origin);
  const std::string evidence = " Both signatures above are the evidence: keep both files, and show them to others.";
  switch (found.heads) {
    case Heads::same: return {Exit::ok, "same", "The same head of " + origin + ", at size " + std::to_string(found.larger.head.size) + "."};
    case Heads::consistent: return {Exit::ok, "consistent", "Consistent: the ledger of the smaller checkpoint is the beginning of that of the larger (sizes " + sizes_of(found) + ")."};
    case Heads::split_view: return {Exit::split_view, "split_view", "SPLIT VIEW: " + origin + " signed two different ledgers of size " + std::to_string(found.larger.head.size) + "; they cannot both be true." + evidence};
    case Heads::forked: return {Exit::split_view, "forked", "FORKED: " + origin + " signed a ledger of size " + std::to_string(found.larger.head.size) + " that begins otherwise than the one it signed at size " + std::to_string(found.smaller.head.size) + "; they cannot both be true." + evidence};
    case Heads::not_provable: break;
  }
  return {Exit::incomplete, "not_provable", "NOT PROVABLE: whether both can be true takes a consistency proof between sizes " + sizes_of(found) + ": " + printable(found.why) + "."};
}

Json json_of(const SignedHead& head) {
  return {{"file", head.path}, {"origin", head.head.origin}, {"size", head.head.size}, {"root", to_base64(view(head.head.root))}, {"signatures", cli::json_of(head.signatures)}};
}

std::string lines_of(const SignedHead& head) {
  return printable(head.path) + ": size " + std::to_string(head.head.size) + ", root " + to_base64(view(head.head.root)) + "\n" + cli::lines_of(head.signatures);
}

int tell(const Globals& globals, const Comparison& found, const Verdict& verdict) {
  const Json told{{"verdict", verdict.name}, {"detail", verdict.meaning}, {"heads", {json_of(found.smaller), json_of(found.larger)}}};
  if (globals.json) std::cout << told.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
  else std::cout << lines_of(found.smaller) << lines_of(found.larger) << verdict.meaning << "\n";
  return verdict.exit;
}

int report_input(const Globals& globals, const Error& failure) { return failure.code == Code::invalid ? report_usage(failure.message) : report(globals, failure); }

}  // namespace

int compare_checkpoints(const Globals& globals, const CompareOptions& options) {
  if (options.a == "-" && options.b == "-") return report_usage("only one of the two checkpoints can come from standard input.");
  const auto trust = read_trust(options.keys, options.policy);
  if (!trust) return report_input(globals, trust.error());
  Comparison found;
  auto a = read_head(options.a, *trust);
  if (!a) return report(globals, a.error());
  auto b = read_head(options.b, *trust);
  if (!b) return report(globals, b.error());
  if (a->head.origin != b->head.origin) return report_usage("these are checkpoints of two logs, " + printable(a->head.origin) + " and " + printable(b->head.origin) + ": there is nothing to compare.");
  if (a->head.size > b->head.size) std::swap(*a, *b);
  found.smaller = *std::move(a);
  found.larger = *std::move(b);
  for (const SignedHead* head : {&found.smaller, &found.larger})
    if (const auto verdict = unsigned_verdict(*head, *trust)) return tell(globals, found, *verdict);
  if (const auto compared = compare(globals, options, found); !compared) return report(globals, compared.error());
  return tell(globals, found, verdict_of(found));
}

}  // namespace acta::cli
