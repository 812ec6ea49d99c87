// Which keys signed a note, ours or anybody's.

#include "engine/bundle/check_bundle.h"

#include <iostream>
#include <nlohmann/json.hpp>

#include "tools/acta/input.h"
#include "tools/acta/session.h"
#include "tools/acta/terminal.h"
#include "tools/acta/trusted_keys.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

struct Verdict {
  int exit;
  std::string_view name;
  std::string meaning;
};

Verdict verdict_of(Vouched by) {
  if (by == Vouched::falsely) return {Exit::tampered, "tampered", "NOT SIGNED: a signature in the name of a key you trust does not hold."};
  if (by == Vouched::by_nobody_known) return {Exit::untrusted_key, "untrusted_key", "UNTRUSTED KEY: none of the keys you trust signed this."};
  return {Exit::ok, "holds", "Signed by a key you trust."};
}

struct Told {
  Verdict verdict;
  std::vector<CheckedSignature> signatures;
};

Verdict verdict_of(HeadSigner by, KeyTrust trust, const std::string& how) {
  if (by == HeadSigner::false_signature || by == HeadSigner::retired_key || by == HeadSigner::later_key) return {Exit::tampered, "tampered", "NOT SIGNED: it " + how + "."};
  if (by == HeadSigner::nobody_known || trust == KeyTrust::unknown_key) return {Exit::untrusted_key, "untrusted_key", "UNTRUSTED KEY: no key that follows from the one you trust signed this."};
  if (by == HeadSigner::revoked_key || trust == KeyTrust::revoked_key) return {Exit::revoked_key, "revoked_key", "REVOKED KEY: it " + how + "."};
  return {Exit::ok, "holds", "Signed by a key that you trust, or that follows from it."};
}

// A bundle that is sound, but perhaps for who signed it, names the keys soundly.
Result<LogKeys> succession_in(const std::string& path) {
  ACTA_TRY(const std::string archive, read_input(path));
  ACTA_TRY(const BundleReport report, check_bundle(view(std::string_view(archive)), {.key = {}, .witnesses = {}, .progress = {}}));
  if (!report.keys || !report.findings.empty()) return error(Code::damaged, "--succession " + path + ": it is no sound bundle, so it names no keys");
  return *report.keys;
}

Result<Told> by_succession(const Note& note, const NoteOptions& options, const std::vector<PublicKey>& keys) {
  if (keys.size() != 1) return error(Code::invalid, "--succession goes with one --key, the one that you trust.");
  ACTA_TRY(const LogKeys named, succession_in(options.succession));
  ACTA_TRY(const Checkpoint checkpoint, parse_extended_checkpoint(note.text));
  const auto verdict = verdict_of(named.signer_of(note, checkpoint.size), named.trust(keys.front(), checkpoint.size), named.describe(note, checkpoint.size));
  return Told{verdict, check_signatures(note, named.public_keys())};
}

Result<Told> judge(const Note& note, const NoteOptions& options, const std::vector<PublicKey>& keys) {
  if (!options.succession.empty()) return by_succession(note, options, keys);
  auto checked = check_signatures(note, keys);
  const Verdict verdict = verdict_of(vouched(checked));
  return Told{verdict, std::move(checked)};
}

}  // namespace

int verify_note(const Globals& globals, const NoteOptions& options) {
  const auto keys = read_keys(options.keys);
  if (!keys) return report_usage(keys.error().message);
  const auto text = read_input(options.path);
  if (!text) return report(globals, text.error());
  const auto note = parse_note(*text);
  if (!note) return report(globals, note.error());
  const auto judged = judge(*note, options, *keys);
  if (!judged) return judged.error().code == Code::invalid ? report_usage(judged.error().message) : report(globals, judged.error());
  const Verdict& verdict = judged->verdict;
  const Json told{{"verdict", verdict.name}, {"text", note->text}, {"signatures", json_of(judged->signatures)}};
  if (globals.json) std::cout << told.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
  else std::cout << lines_of(judged->signatures) << verdict.meaning << "\n";
  return verdict.exit;
}

}  // namespace acta::cli
