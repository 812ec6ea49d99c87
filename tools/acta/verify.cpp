// Checks the ledger of a folder from its bytes up. A live database is never opened beside its owner: the server is asked
// for a copy.

#include "engine/ledger/verify.h"

#include <rocksdb/env.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "engine/disk.h"
#include "engine/folder_lock.h"
#include "engine/folders.h"
#include "tools/acta/progress.h"
#include "tools/acta/server_file.h"
#include "tools/acta/session.h"
#include "tools/acta/table.h"
#include "tools/acta/terminal.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view copy_prefix = "verify-";

// What is looked at: the folder's own files, or a copy of them that goes when the check has ended.
struct Subject {
  std::string ledger, head;
  FolderLock lock;
  std::string scratch;  // empty: no copy

  Subject() = default;
  Subject(Subject&& other) noexcept : ledger(std::move(other.ledger)), head(std::move(other.head)), lock(std::move(other.lock)), scratch(std::exchange(other.scratch, {})) {}
  Subject& operator=(Subject&&) = delete;
  ~Subject() {
    std::error_code ignored;
    if (!scratch.empty()) fs::remove_all(scratch, ignored);
  }
};

// A check that was killed left its copy behind.
void remove_left_copies(const std::string& data) {
  std::error_code ignored;
  for (const auto& item : fs::directory_iterator(data, ignored)) {
    const std::string name = item.path().filename().string();
    if (!name.starts_with(copy_prefix)) continue;
    int pid = 0;
    const auto [end, failure] = std::from_chars(name.data() + copy_prefix.size(), name.data() + name.size(), pid);
    if (failure == std::errc() && end == name.data() + name.size() && ::kill(pid, 0) != 0 && errno == ESRCH) fs::remove_all(item.path(), ignored);
  }
}

// The head file first: the server goes on signing, and a head that is newer than the copy would look like a cut tail.
Result<void> keep_head(Subject& subject, const std::string& head_file) {
  rocksdb::Env& disk = *rocksdb::Env::Default();
  const auto head = read_file(disk, head_file);
  subject.head = head ? subject.scratch + "/head" : head_file;
  return head ? write_file_durably(disk, subject.head, *head) : Result<void>();
}

// In the data folder, where a copy costs no space: the database's files are linked.
Result<Subject> copy_of(const ServerFile& server, const Folders& folders) {
  remove_left_copies(folders.data);
  Subject subject;
  subject.scratch = fs::absolute(folders.data).string() + "/" + std::string(copy_prefix) + std::to_string(::getpid());
  subject.ledger = subject.scratch + "/ledger";
  ACTA_CHECK(make_folder(*rocksdb::Env::Default(), subject.scratch));
  ACTA_CHECK(keep_head(subject, folders.head));
  ACTA_TRY(const auto transport, server_transport(server));
  const Request request{.method = "POST", .target = "/v1/ledger/copies", .headers = {{"Acta-Actor", reader_handle}, {"Content-Type", "application/json"}}, .body = Json{{"folder", subject.ledger}}.dump()};
  ACTA_TRY(const Response answer, transport->send(request));
  if (answer.status >= 300) return error_of(answer);
  return subject;
}

Result<Subject> subject_of(const Folders& folders) {
  ACTA_CHECK(check_format(*rocksdb::Env::Default(), folders.data));
  if (const auto server = running_server(folders.data)) return copy_of(*server, folders);
  Subject subject;
  ACTA_TRY(subject.lock, FolderLock::take(folders.data, Access::read));
  subject.ledger = ledger_folder(folders);
  subject.head = folders.head;
  return subject;
}

// The folder says it is a ledger of ours: what cannot be opened as one is damaged.
VerifyReport unopened(const Error& why) {
  VerifyReport report;
  report.verdict = Verdict::tampered;
  report.findings.push_back({.position = {}, .what = "store", .detail = why.message});
  return report;
}

Result<VerifyReport> check(const Subject& subject, const std::string& data, const std::optional<PublicKey>& key) {
  Progress bar("verify");
  const VerifyOptions options{
      .folder = subject.ledger,
      .head_file = subject.head,
      .data_name = data,
      .env = nullptr,
      .key = key,
      .progress = [&bar](std::uint64_t done, std::uint64_t total) { bar.show(done, total); },
  };
  auto report = acta::verify(options);
  const bool missing = !report && (report.error().code == Code::not_found || report.error().code == Code::foreign || report.error().code == Code::damaged);
  return missing ? unopened(report.error()) : std::move(report);
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
    VerdictRow{Verdict::untrusted_key, Exit::untrusted_key, "untrusted_key", "UNTRUSTED KEY: the ledger was not signed with the key you trust."},
    VerdictRow{Verdict::revoked_key, Exit::revoked_key, "revoked_key", "REVOKED KEY: a signature stands here that was made after its key was revoked. Find out who made it, and trust no copy that it stands under."},
};

const VerdictRow& row_of(Verdict verdict) { return *std::find_if(verdict_rows.begin(), verdict_rows.end(), [&](const VerdictRow& row) { return row.verdict == verdict; }); }

std::uint64_t unsigned_tail(const VerifyReport& report) { return report.size - std::min(report.size, report.signed_size); }

Json json_of(const VerifyReport& report) {
  Json out{{"verdict", row_of(report.verdict).name}, {"size", report.size}, {"root", to_base64(view(report.root))}, {"origin", report.origin}, {"key", report.vkey}, {"signed_size", report.signed_size}, {"unsigned", unsigned_tail(report)}};
  out["keys"] = Json::array();
  for (const LogKey& key : report.keys) out["keys"].push_back({{"key", to_vkey(key.key)}, {"named_at", key.named_at.value}, {"counts", key.counts ? Json(*key.counts) : Json()}});
  out["counts"] = {{"cases", report.cases}, {"events", report.events}, {"refusals", report.refusals}, {"notices", report.notices}, {"ledger", report.ledger_entries}};
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
      {"folder", data}, {"origin", report.origin}, {"log key", keys_of(report)}, {"entries", counts_of(report)}, {"cases", std::to_string(report.cases)},
      {"root", to_base64(view(report.root))}, {"signed", std::to_string(report.signed_size) + " entries" + tail}};
  std::erase_if(facts, [](const auto& fact) { return fact.second.empty(); });
  std::cout << render_pairs(facts, std::numeric_limits<std::size_t>::max());
}

void print(const VerifyReport& report, const std::string& data) {
  print_facts(report, data);
  for (const Finding& finding : report.findings)
    std::cout << (finding.position ? "  position " + std::to_string(finding.position->value) : "  ledger") << ": " << printable(finding.what) << ": " << printable(finding.detail) << "\n";
  for (const std::string& remark : report.remarks) std::cout << "Note: " << printable(remark) << ".\n";
  std::cout << row_of(report.verdict).meaning << "\n";
}

}  // namespace

int verify(const Globals& globals, const std::string& vkey) {
  if (!globals.url.empty()) return report_usage("verify looks at the bytes of a folder (--data), not at what a server says (--url, ACTA_URL).");
  std::optional<PublicKey> key;
  if (!vkey.empty()) {
    const auto parsed = parse_vkey(vkey);
    if (!parsed) return report_usage("--key must be a log key, as acta.example/ledger+92e2fe06+AQOhB7/z...: " + parsed.error().message + ".");
    key = *parsed;
  }
  const auto subject = subject_of(folders_of(globals));
  if (!subject) return report(globals, subject.error());
  const auto found = check(*subject, globals.data, key);
  if (!found) return report(globals, found.error());
  if (globals.json) std::cout << json_of(*found).dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
  else print(*found, globals.data);
  return row_of(found->verdict).exit;
}

}  // namespace acta::cli
