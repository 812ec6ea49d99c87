// Which keys signed a note, ours or anybody's.

#include "engine/ledger/note.h"

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
  std::string_view name, meaning;
};

Verdict verdict_of(Vouched by) {
  if (by == Vouched::falsely) return {Exit::tampered, "tampered", "NOT SIGNED: a signature in the name of a key you trust does not hold."};
  if (by == Vouched::by_nobody_known) return {Exit::untrusted_key, "untrusted_key", "UNTRUSTED KEY: none of the keys you trust signed this."};
  return {Exit::ok, "holds", "Signed by a key you trust."};
}

}  // namespace

int verify_note(const Globals& globals, const NoteOptions& options) {
  const auto keys = read_keys(options.keys);
  if (!keys) return report_usage(keys.error().message);
  const auto text = read_input(options.path);
  if (!text) return report(globals, text.error());
  const auto note = parse_note(*text);
  if (!note) return report(globals, note.error());
  const auto checked = check_signatures(*note, *keys);
  const Verdict verdict = verdict_of(vouched(checked));
  const Json told{{"verdict", verdict.name}, {"text", note->text}, {"signatures", json_of(checked)}};
  if (globals.json) std::cout << told.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
  else std::cout << lines_of(checked) << verdict.meaning << "\n";
  return verdict.exit;
}

}  // namespace acta::cli
