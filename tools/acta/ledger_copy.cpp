#include "tools/acta/ledger_copy.h"

#include <rocksdb/env.h>
#include <signal.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "engine/disk.h"
#include "engine/folders.h"
#include "tools/acta/server_file.h"
#include "tools/acta/session.h"

namespace acta::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view copy_prefix = "verify-";

// The process that made a copy of this name; nothing: it is none.
std::optional<int> maker_of(std::string_view name) {
  if (!name.starts_with(copy_prefix)) return std::nullopt;
  int pid = 0;
  const auto [end, failure] = std::from_chars(name.data() + copy_prefix.size(), name.data() + name.size(), pid);
  return failure == std::errc() && end == name.data() + name.size() ? std::optional(pid) : std::nullopt;
}

std::string name_of_copy() { return std::string(copy_prefix) + std::to_string(::getpid()); }

// This process has no copy before it makes one: its number was another's.
bool is_gone(int pid) { return pid == ::getpid() || (::kill(pid, 0) != 0 && errno == ESRCH); }

// Gives where it is kept; one that is not there stays where it is looked for.
Result<std::string> keep_head(const std::string& head_file, const std::string& as) {
  rocksdb::Env& disk = *rocksdb::Env::Default();
  const auto head = read_file(disk, head_file);
  if (!head) return head_file;
  ACTA_CHECK(write_file_durably(disk, as, *head));
  return as;
}

// In the data folder, where a copy costs no space: the database's files are linked.
Result<LedgerCopy> copy_of(const ServerFile& server, const Folders& folders) {
  LedgerCopy subject;
  subject.scratch = fs::absolute(folders.data).string() + "/" + name_of_copy();
  subject.ledger = subject.scratch + "/ledger";
  ACTA_CHECK(make_folder(*rocksdb::Env::Default(), subject.scratch));
  // Before and after: the server goes on signing. One that is newer than the copy would look like a cut tail, and one that
  // is older than what the copy holds like an old one put in its place.
  ACTA_TRY(subject.head, keep_head(folders.head, subject.scratch + "/head"));
  ACTA_TRY(const auto transport, server_transport(server));
  const Request request{.method = "POST", .target = "/v1/ledger/copies", .headers = {{"Acta-Actor", reader_handle}, {"Content-Type", "application/json"}}, .body = Json{{"folder", subject.ledger}}.dump()};
  ACTA_TRY(const Response answer, transport->send(request));
  if (answer.status >= 300) return error_of(answer);
  ACTA_TRY(subject.later_head, keep_head(folders.head, subject.scratch + "/later-head"));
  return subject;
}

}  // namespace

void remove_left_copies(const std::string& folder) {
  std::error_code ignored;
  for (const auto& item : fs::directory_iterator(folder, ignored)) {
    const auto maker = maker_of(item.path().filename().string());
    if (maker && is_gone(*maker)) fs::remove_all(item.path(), ignored);
  }
}

CopyFolder::CopyFolder(const std::string& within) : path(within + "/" + name_of_copy()) { remove_left_copies(within); }

CopyFolder::~CopyFolder() {
  std::error_code ignored;
  fs::remove_all(path, ignored);
}

Result<LedgerCopy> ledger_copy(const Folders& folders) {
  ACTA_CHECK(check_format(*rocksdb::Env::Default(), folders.data));
  remove_left_copies(folders.data);
  if (const auto server = running_server(folders.data)) return copy_of(*server, folders);
  LedgerCopy subject;
  ACTA_TRY(subject.lock, FolderLock::take(folders.data, Access::read));
  subject.ledger = ledger_folder(folders);
  subject.head = folders.head;
  return subject;
}

LedgerCopy::~LedgerCopy() {
  std::error_code ignored;
  if (!scratch.empty()) fs::remove_all(scratch, ignored);
}

}  // namespace acta::cli
