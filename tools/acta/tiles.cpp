// A log as a folder of tiles: written from a ledger, checked whoever's it is.

#include <rocksdb/env.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "engine/ledger/tile_folder.h"
#include "tools/acta/progress.h"
#include "tools/acta/session.h"
#include "tools/acta/table.h"
#include "tools/acta/terminal.h"
#include "tools/acta/trusted_keys.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

struct VerdictRow {
  int exit;
  std::string_view name, meaning;
};

VerdictRow row_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::sound: return {Exit::ok, "sound", "Sound: every entry and every tile is what the signed root covers."};
    case Verdict::incomplete: return {Exit::incomplete, "incomplete", "INCOMPLETE: files are missing. Fetch them, then check again."};
    case Verdict::untrusted_key: return {Exit::untrusted_key, "untrusted_key", "UNTRUSTED KEY: none of the keys you trust signed the checkpoint."};
    case Verdict::revoked_key:   // never given: whoever checks a folder says himself which keys he trusts
    case Verdict::tampered: break;
  }
  return {Exit::tampered, "tampered", "TAMPERED: this is not what was signed. Keep the folder as it is and fetch another."};
}

Json json_of(const TileReport& report) {
  Json out{{"verdict", row_of(report.verdict).name}, {"entries", report.entries}, {"signatures", cli::json_of(report.signatures)}, {"findings", Json::array()}};
  if (report.checkpoint) out["checkpoint"] = {{"origin", report.checkpoint->origin}, {"size", report.checkpoint->size}, {"root", to_base64(view(report.checkpoint->root))}};
  for (const TileFinding& finding : report.findings)
    out["findings"].push_back({{"file", finding.file}, {"position", finding.position ? Json(finding.position->value) : Json()}, {"detail", finding.detail}});
  return out;
}

void print(const TileReport& report) {
  if (report.checkpoint)
    std::cout << render_pairs({{"origin", printable(report.checkpoint->origin)}, {"entries", std::to_string(report.checkpoint->size)}, {"root", to_base64(view(report.checkpoint->root))}}, std::numeric_limits<std::size_t>::max());
  std::cout << lines_of(report.signatures);
  for (const TileFinding& finding : report.findings)
    std::cout << "  " << finding.file << (finding.position ? ", position " + std::to_string(finding.position->value) : "") << ": " << printable(finding.detail) << "\n";
  std::cout << "Note: not provable here: that no other log was shown to somebody else under the same name.\n" << row_of(report.verdict).meaning << "\n";
}

Result<std::string> body_of(Session& session, const std::string& target) {
  ACTA_TRY(Response answer, session.get(target));
  return std::move(answer.body);
}

}  // namespace

int export_tiles(const Globals& globals, const TilesOptions& options) {
  auto session = Session::open(globals, Access::read);
  if (!session) return report(globals, session.error());
  const auto note = body_of(*session, "/v1/ledger/checkpoint");
  if (!note) return session->report(note.error());
  Progress bar("tiles");
  const auto fetch = [&session](const TileName& name) -> Result<Bytes> {
    ACTA_TRY(const std::string body, body_of(*session, "/v1/ledger/" + to_path(name)));
    return bytes_of(body);
  };
  const auto done = acta::export_tiles(*rocksdb::Env::Default(), {.folder = options.folder, .note = *note, .fetch = fetch, .progress = [&bar](std::uint64_t at, std::uint64_t total) { bar.show(at, total); }});
  if (!done) return session->report(done.error());
  if (globals.json) std::cout << Json{{"folder", options.folder}, {"size", done->size}, {"written", done->written}, {"kept", done->kept}}.dump() << "\n";
  else std::cout << std::to_string(done->size) << " entries in " << options.folder << ": " << done->written << " files written, " << done->kept << " there already; checked against the checkpoint.\n";
  return Exit::ok;
}

int verify_tiles(const Globals& globals, const TilesOptions& options) {
  const auto keys = read_keys(options.keys);
  if (!keys) return report_usage(keys.error().message);
  for (const std::string& key : options.keys)
    if (const auto log = read_log_key(key); !log) return report_usage(log.error().message);
  const auto found = [&] {
    Progress bar("verify");
    return acta::verify_tiles(*rocksdb::Env::Default(), {.folder = options.folder, .keys = *keys, .progress = [&bar](std::uint64_t at, std::uint64_t total) { bar.show(at, total); }});
  }();
  if (!found) return report(globals, found.error());
  if (globals.json) std::cout << json_of(*found).dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
  else print(*found);
  return row_of(found->verdict).exit;
}

}  // namespace acta::cli
