// Checks the ledger of a folder, or of a backup, from its bytes up.

#include "tools/acta/verified.h"

#include <algorithm>
#include <array>
#include <iostream>
#include <nlohmann/json.hpp>

#include "engine/folders.h"
#include "tools/acta/ledger_copy.h"
#include "tools/acta/progress.h"
#include "tools/acta/session.h"
#include "tools/acta/table.h"
#include "tools/acta/terminal.h"
#include "tools/acta/trusted_keys.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

// The folder says it is a ledger of ours: what cannot be opened as one is damaged.
VerifyReport unopened(const Error& why) {
  VerifyReport report;
  report.verdict = Verdict::tampered;
  report.findings.push_back({.position = {}, .what = "store", .detail = why.message});
  return report;
}

struct VerdictRow {
  Verdict verdict;
  int exit;
  std::string_view name, meaning;
};

constexpr std::array verdict_rows = {
    VerdictRow{Verdict::sound, Exit::ok, "sound", "Sound: every entry, hash, index, signature and case state is what it has to be."},
    VerdictRow{Verdict::tampered, Exit::tampered, "tampered", "TAMPERED: what is stored is not what was recorded. Keep the folder as it is and restore a backup beside it."},
    VerdictRow{Verdict::incomplete, Exit::incomplete, "incomplete", "INCOMPLETE: not everything could be read, so nothing is vouched for."},
    VerdictRow{Verdict::untrusted_key, Exit::untrusted_key, "untrusted_key", "UNTRUSTED KEY: the ledger, or a time stamp in it, was not signed with a key you trust."},
    VerdictRow{Verdict::revoked_key, Exit::revoked_key, "revoked_key", "REVOKED KEY: a signature stands here that was made after its key was revoked. Find out who made it, and trust no copy that it stands under."},
};

constexpr std::string_view hashes_sound = "Sound as far as it was looked at: every stored entry is, to the byte, what the signed tree holds.";

const VerdictRow& row_of(Verdict verdict) { return *std::find_if(verdict_rows.begin(), verdict_rows.end(), [&](const VerdictRow& row) { return row.verdict == verdict; }); }

std::uint64_t unsigned_tail(const VerifyReport& report) { return report.size - std::min(report.size, report.signed_size); }

Json json_of(const VerifyReport& report) {
  Json out{{"verdict", row_of(report.verdict).name}, {"size", report.size}, {"root", to_base64(view(report.root))}, {"origin", report.origin}, {"key", report.vkey}, {"signed_size", report.signed_size}, {"unsigned", unsigned_tail(report)}};
  out["keys"] = Json::array();
  for (const LogKey& key : report.keys) out["keys"].push_back({{"key", to_vkey(key.key)}, {"named_at", key.named_at.value}, {"counts", key.counts ? Json(*key.counts) : Json()}});
  out["checked"] = report.hashes_only ? "hashes" : "all";
  out["counts"] = {{"cases", report.hashes_only ? Json() : Json(report.cases)}, {"events", report.events}, {"refusals", report.refusals}, {"notices", report.notices}, {"ledger", report.ledger_entries}, {"time_stamps", report.time_stamps}};
  out["findings"] = Json::array();
  for (const Finding& finding : report.findings)
    out["findings"].push_back({{"position", finding.position ? Json(finding.position->value) : Json()}, {"what", finding.what}, {"detail", finding.detail}});
  out["remarks"] = report.remarks;
  return out;
}

std::string counts_of(const VerifyReport& report) {
  return std::to_string(report.size) + " (" + std::to_string(report.events) + " events, " + std::to_string(report.refusals) + " refusals, " + std::to_string(report.notices) + " notices, " +
         std::to_string(report.ledger_entries) + " about the ledger itself)";
}

// The one in force, and how many there were before it.
std::string keys_of(const VerifyReport& report) {
  if (report.keys.size() < 2) return report.vkey;
  return report.vkey + ", since entry " + std::to_string(report.keys.back().named_at.value) + ", after " + std::to_string(report.keys.size() - 1) + " before it";
}

// What entry 0 says is left out where it could not be read.
void print_facts(const VerifyReport& report, const std::string& data) {
  if (report.size == 0) return;
  const std::string tail = unsigned_tail(report) == 0 ? ", all" : ", the newest " + std::to_string(unsigned_tail(report)) + " not yet";
  std::vector<std::pair<std::string, std::string>> facts = {
      {"folder", data}, {"origin", report.origin}, {"log key", keys_of(report)}, {"entries", counts_of(report)}, {"cases", report.hashes_only ? std::string() : std::to_string(report.cases)},
      {"root", to_base64(view(report.root))}, {"signed", std::to_string(report.signed_size) + " entries" + tail}};
  std::erase_if(facts, [](const auto& fact) { return fact.second.empty(); });
  std::cout << render_pairs(facts, std::numeric_limits<std::size_t>::max());
}

void print(const VerifyReport& report, const std::string& data) {
  print_facts(report, data);
  for (const Finding& finding : report.findings)
    std::cout << (finding.position ? "  position " + std::to_string(finding.position->value) : "  ledger") << ": " << printable(finding.what) << ": " << printable(finding.detail) << "\n";
  for (const std::string& remark : report.remarks) std::cout << "Note: " << printable(remark) << ".\n";
  std::cout << (report.hashes_only && report.verdict == Verdict::sound ? hashes_sound : row_of(report.verdict).meaning) << "\n";
}

}  // namespace

Result<std::optional<PublicKey>> trusted_key(const std::string& vkey) {
  if (vkey.empty()) return std::optional<PublicKey>();
  ACTA_TRY(PublicKey key, read_log_key(vkey));
  return std::optional(std::move(key));
}

Result<std::optional<TimeStampTrust>> trusted_time_stamps(const std::string& path) {
  if (path.empty()) return std::optional<TimeStampTrust>();
  auto trust = TimeStampTrust::load(path);
  if (!trust) return error(Code::invalid, "--timestamp-ca must name certificates in PEM: " + trust.error().message + ".");
  return std::optional(*std::move(trust));
}

Result<VerifyReport> verified(const Verified& what) {
  Progress bar("verify");
  const VerifyOptions options{
      .folder = what.ledger,
      .head_file = what.head,
      .later_head_file = what.later_head,
      .data_name = what.name,
      .env = nullptr,
      .key = what.key,
      .time_stamps = what.time_stamps,
      .progress = [&bar](std::uint64_t done, std::uint64_t total) { bar.show(done, total); },
      .hashes_only = what.hashes_only,
      .cores = what.cores,
  };
  auto report = acta::verify(options);
  const bool missing = !report && (report.error().code == Code::not_found || report.error().code == Code::foreign || report.error().code == Code::damaged);
  return missing ? unopened(report.error()) : std::move(report);
}

int print_verified(const Globals& globals, const VerifyReport& report, const std::string& name) {
  if (globals.json) std::cout << json_of(report).dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
  else print(report, name);
  return row_of(report.verdict).exit;
}

int verify(const Globals& globals, const VerifyVerbOptions& options) {
  if (!globals.url.empty()) return report_usage("verify looks at the bytes of a folder (--data), not at what a server says (--url, ACTA_URL).");
  const auto key = trusted_key(options.key);
  if (!key) return report_usage(key.error().message);
  const auto time_stamps = trusted_time_stamps(options.timestamp_ca);
  if (!time_stamps) return report_usage(time_stamps.error().message);
  const auto subject = ledger_copy(folders_of(globals));
  if (!subject) return report(globals, subject.error());
  const auto found = verified({.ledger = subject->ledger, .head = subject->head, .later_head = subject->later_head, .name = globals.data, .key = *key, .time_stamps = *time_stamps, .hashes_only = options.hashes_only, .cores = options.cores});
  return found ? print_verified(globals, *found, globals.data) : report(globals, found.error());
}

}  // namespace acta::cli
