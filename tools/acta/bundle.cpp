// Audit bundles: made by whoever holds the ledger, checked by anybody.

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "engine/bundle/check_bundle.h"
#include "tools/acta/input.h"
#include "tools/acta/moment.h"
#include "tools/acta/progress.h"
#include "tools/acta/session.h"
#include "tools/acta/table.h"
#include "tools/acta/terminal.h"
#include "tools/acta/trusted_keys.h"
#include "tools/acta/verbs.h"
#include "tools/acta/verified.h"

namespace acta::cli {
namespace {

struct VerdictRow {
  int exit;
  std::string_view name, meaning;
};

VerdictRow row_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::sound: return {Exit::ok, "sound", "Sound: every entry is in the signed ledger, unaltered and without a gap."};
    case Verdict::incomplete: return {Exit::incomplete, "incomplete", "INCOMPLETE: the file was cut short. Fetch it again."};
    case Verdict::untrusted_key: return {Exit::untrusted_key, "untrusted_key", "UNTRUSTED KEY: the bundle is sound, but its checkpoint, or a time stamp in it, is not signed with a key you trust."};
    case Verdict::revoked_key: return {Exit::revoked_key, "revoked_key", "REVOKED KEY: the bundle fits together, but the key that vouches for it was revoked. Ask for one under the key in force."};
    case Verdict::tampered: break;
  }
  return {Exit::tampered, "tampered", "TAMPERED: this is not what was recorded, or no bundle. Keep the file as it is and ask for another."};
}

Json json_of(const Manifest& manifest) {
  Json out{{"origin", manifest.origin}, {"ledger", to_text(manifest.ledger)}, {"made", to_text(manifest.made)}, {"size", manifest.checkpoint.size}, {"root", to_base64(view(manifest.checkpoint.root))},
           {"entries", manifest.asked.size()}, {"support", manifest.support}, {"anchors", manifest.anchors}, {"cases", Json::array()}};
  for (const auto& [key, position] : manifest.keys) out["keys"].push_back({{"key", to_vkey(key)}, {"named_at", position.value}});
  for (const BundledCase& held : manifest.cases) out["cases"].push_back({{"id", to_text(held.id)}, {"revisions", held.revisions}});
  for (const RevokedKey& one : manifest.revoked) out["revoked"].push_back({{"key", to_vkey(one.key)}, {"counts", one.counts}, {"said_at", one.said_at.value}});
  if (manifest.range) out["range"] = {{"from", manifest.range->from}, {"to", manifest.range->to}};
  if (manifest.as_of) out["as_of"] = to_text(*manifest.as_of);
  return out;
}

Json json_of(const BundleReport& report) {
  Json out{{"verdict", row_of(report.verdict).name}, {"findings", Json::array()}, {"remarks", report.remarks}, {"signatures", cli::json_of(report.signatures)}};
  if (report.manifest) out["manifest"] = json_of(*report.manifest);
  for (const Finding& finding : report.findings) out["findings"].push_back({{"position", finding.position ? Json(finding.position->value) : Json()}, {"what", finding.what}, {"detail", finding.detail}});
  return out;
}

std::string scope_of(const Manifest& manifest) {
  if (manifest.range) return "positions " + std::to_string(manifest.range->from) + " to " + std::to_string(manifest.range->to - 1);
  std::string out;
  for (const BundledCase& held : manifest.cases) out += (out.empty() ? "case " : ", case ") + to_text(held.id) + ", revisions 1 to " + std::to_string(held.revisions);
  return manifest.as_of ? out + ", as of " + to_text(*manifest.as_of) : out;
}

void print(const BundleReport& report) {
  if (report.manifest && report.verdict != Verdict::tampered) {
    const Manifest& manifest = *report.manifest;
    std::cout << render_pairs({{"origin", printable(manifest.origin)}, {"scope", scope_of(manifest)}, {"entries", std::to_string(manifest.asked.size()) + ", and " + std::to_string(manifest.support.size()) + " that they need"}, {"under", "a checkpoint of " + std::to_string(manifest.checkpoint.size) + " entries"}}, std::numeric_limits<std::size_t>::max());
    std::cout << cli::lines_of(report.signatures);
  }
  for (const Finding& finding : report.findings)
    std::cout << (finding.position ? "  position " + std::to_string(finding.position->value) : "  bundle") << ": " << printable(finding.what) << ": " << printable(finding.detail) << "\n";
  for (const std::string& remark : report.remarks) std::cout << "Note: " << printable(remark) << ".\n";
  std::cout << row_of(report.verdict).meaning << "\n";
}

Result<BundleReport> check_file(const std::string& path, const std::optional<PublicKey>& key, const std::optional<TimeStampTrust>& time_stamps = {}) {
  ACTA_TRY(const std::string archive, read_input(path));
  Progress bar("verify");
  return check_bundle(view(archive), {.key = key, .witnesses = {}, .time_stamps = time_stamps, .progress = [&bar](std::uint64_t done, std::uint64_t total) { bar.show(done, total); }});
}

// Beside the file it will be, and gone when it does not become that.
class Unfinished {
 public:
  explicit Unfinished(const std::string& path) : path_(path), unfinished_(path + ".unfinished"), file_(unfinished_, std::ios::binary | std::ios::trunc) {}
  ~Unfinished() {
    std::error_code ignored;
    std::filesystem::remove(unfinished_, ignored);
  }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  bool take(std::string_view piece) { return static_cast<bool>(file_ << piece); }
  Result<void> finish() {
    file_ << std::flush;
    if (!file_) return error(Code::unavailable, "cannot write " + path_ + ".");
    ACTA_TRY(const BundleReport report, check_file(unfinished_, std::nullopt));
    if (report.verdict != Verdict::sound) return error(Code::unavailable, "what arrived is not a sound bundle (" + (report.findings.empty() ? std::string() : report.findings.front().detail) + "): " + path_ + " was not written.");
    std::error_code failure;
    std::filesystem::rename(unfinished_, path_, failure);
    if (failure) return error(Code::unavailable, "cannot write " + path_ + ": " + failure.message() + ".");
    return {};
  }

 private:
  std::string path_, unfinished_;
  std::ofstream file_;
};

std::string joined(const std::vector<std::string>& cases) {
  std::string out;
  for (const std::string& one : cases) out += (out.empty() ? "" : ",") + one;
  return out;
}

std::string decimal(const std::optional<std::uint64_t>& number) { return number ? std::to_string(*number) : ""; }

}  // namespace

int create_bundle(const Globals& globals, const BundleCreateOptions& options) {
  if (options.cases.empty() && !(options.from && options.to)) return report_usage("say what goes in: --case ID, or --from N --to N.");
  const auto as_of = by_the_end_of("--as-of", options.as_of);
  if (!as_of) return report_usage(as_of.error().message);
  auto session = Session::open(globals, Access::read);
  if (!session) return report(globals, session.error());
  Unfinished file(options.output);
  Progress bar("bundle");
  std::uint64_t bytes = 0;
  const std::string target = "/v1/ledger/bundle" + Query().add("case", joined(options.cases)).add("from", decimal(options.from)).add("to", decimal(options.to)).add("as_of", *as_of).text();
  const auto answer = session->ask({.method = "GET", .target = target, .headers = {}, .body = {}}, [&](std::string_view piece) {
    bar.show(bytes += piece.size());
    return file.take(piece);
  });
  if (!answer) return session->report(answer.error());
  if (const auto finished = file.finish(); !finished) return report(globals, finished.error());
  if (globals.json) std::cout << Json{{"file", options.output}, {"bytes", bytes}}.dump() << "\n";
  else std::cout << "Written to " << options.output << ", and checked.\n";
  return Exit::ok;
}

int verify_bundle(const Globals& globals, const BundleVerifyOptions& options) {
  std::optional<PublicKey> key;
  if (!options.key.empty()) {
    const auto keys = read_keys({options.key});
    if (!keys) return report_usage(keys.error().message);
    key = keys->front();
  }
  const auto time_stamps = trusted_time_stamps(options.timestamp_ca);
  if (!time_stamps) return report_usage(time_stamps.error().message);
  const auto found = check_file(options.path, key, *time_stamps);
  if (!found) return report(globals, found.error());
  if (globals.json) std::cout << json_of(*found).dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
  else print(*found);
  return row_of(found->verdict).exit;
}

}  // namespace acta::cli
