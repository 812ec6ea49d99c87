#include "tools/acta/examination.h"

#include <rocksdb/env.h>
#include <unistd.h>

#include <filesystem>

#include "api/outgoing.h"
#include "api/server.h"
#include "engine/clock_watch.h"
#include "engine/folder_lock.h"
#include "engine/folders.h"
#include "engine/privacy/sealed_file.h"
#include "engine/published.h"
#include "engine/signing_keys.h"
#include "tools/acta/exit_code.h"
#include "tools/acta/outside.h"
#include "tools/acta/server_file.h"
#include "tools/acta/tls_files.h"
#include "tools/acta/transport.h"

namespace acta::cli {
namespace {

using Finding = Result<std::string>;

constexpr int outside_timeout_ms = 5'000;

rocksdb::Env& disk() { return *rocksdb::Env::Default(); }

// A folder that is written to while serving. `else_do`: what helps besides giving it back.
Result<void> may_write(const std::string& folder, const std::string& else_do) {
  if (!std::filesystem::is_directory(folder)) return error(Code::unavailable, folder + " is not a folder" + else_do);
  if (::access(folder.c_str(), R_OK | W_OK | X_OK) != 0) return error(Code::unavailable, "this user may not write in " + folder + ": give it back to the user that serves");
  return {};
}

class Examination {
 public:
  Examination(const Folders& folders, const ServeOptions& options, bool outside) : folders_(folders), options_(options), outside_(outside), server_(running_server(folders.data)) {}
  std::vector<Check> all();

 private:
  bool look(const std::string& name, Finding (Examination::*at)());
  void skip(const std::string& name, std::string why) { checks_.push_back({.name = name, .state = Check::State::skipped, .what = std::move(why)}); }
  void look_at_server();
  void look_at_files();
  void look_at_ledger();

  Finding folder();
  Finding format();
  Finding owner();
  Finding answers();
  Finding ledger();
  Finding views();
  Finding subscriptions();
  Finding head_file();
  Finding key_encryption_key();
  Finding keys();
  Finding space();
  Finding clock();
  Finding tls();
  Finding address();
  Finding witnesses();
  Finding time_stamps();

  KeyStoreOptions key_options() { return {.folder = folders_.keys, .kek_file = folders_.kek, .env = &disk(), .randomness = randomness_.get()}; }

  Folders folders_;
  const ServeOptions& options_;
  const bool outside_;
  std::optional<ServerFile> server_;
  std::unique_ptr<Randomness> randomness_ = system_randomness();
  FolderLock lock_;
  std::unique_ptr<Ledger> ledger_;
  Opening opening_;
  std::optional<LogKeys> log_keys_;
  std::vector<Check> checks_;
};

bool Examination::look(const std::string& name, Finding (Examination::*at)()) {
  const Finding found = (this->*at)();
  if (found) checks_.push_back({.name = name, .state = Check::State::ok, .what = *found});
  else checks_.push_back({.name = name, .state = Check::State::wrong, .what = found.error().message, .code = found.error().code});
  return static_cast<bool>(found);
}

std::vector<Check> Examination::all() {
  if (look("folder", &Examination::folder) && look("format", &Examination::format)) {
    const bool ours = look("owner", &Examination::owner);
    if (server_) look_at_server();
    else if (ours) look_at_files();
    look("key-encryption key", &Examination::key_encryption_key);
    look("views", &Examination::views);
    look("subscriptions", &Examination::subscriptions);
    look("disk space", &Examination::space);
  }
  look("TLS", &Examination::tls);
  look("address", &Examination::address);
  if (!options_.witness_policy.empty()) look("witnesses", &Examination::witnesses);
  if (!options_.timestamp_url.empty()) look("time stamps", &Examination::time_stamps);
  return std::move(checks_);
}

void Examination::look_at_server() {
  look("server", &Examination::answers);
  for (const char* name : {"ledger", "head file", "keys"}) skip(name, "the server has it open; `acta verify` checks a copy");
}

void Examination::look_at_files() {
  if (look("ledger", &Examination::ledger)) return look_at_ledger();
  for (const char* name : {"head file", "keys", "clock"}) skip(name, "cannot be compared with a ledger that does not open");
}

void Examination::look_at_ledger() {
  look("head file", &Examination::head_file);
  look("keys", &Examination::keys);
  look("clock", &Examination::clock);
}

Finding Examination::folder() {
  const auto found = check_format(disk(), folders_.data);
  if (!found && found.error().code == Code::not_found) return found.error();
  ACTA_CHECK(may_write(folders_.data, ""));
  return folders_.data;
}

Finding Examination::format() {
  ACTA_CHECK(check_format(disk(), folders_.data));
  return "a ledger of format " + std::to_string(format_version);
}

// A lock that nobody ever took is not made for the question.
Finding Examination::owner() {
  if (server_) return "served at " + url_of(*server_) + " by process " + std::to_string(server_->pid);
  if (!std::filesystem::exists(folders_.data + "/" + std::string(lock_file_name))) return std::string("nobody uses it");
  ACTA_TRY(lock_, FolderLock::take(folders_.data, Access::read));
  return std::string("nobody writes to it");
}

Finding Examination::answers() {
  ACTA_TRY(const auto transport, server_transport(*server_));
  ACTA_TRY(const Response answer, transport->send({.method = "GET", .target = "/readyz", .headers = {}, .body = {}}));
  if (answer.status >= 300) return error_of(answer);
  return std::string("it answers, and records what it is sent");
}

Finding Examination::ledger() {
  ACTA_CHECK(may_write(ledger_folder(folders_), ": restore it from a backup"));
  ACTA_TRY(ledger_, Ledger::open({.folder = ledger_folder(folders_), .env = &disk(), .access = Access::read, .create = false, .sync = true}));
  ACTA_TRY(opening_, load_opening(*ledger_));
  ACTA_TRY(log_keys_, load_log_keys(*ledger_, opening_));
  ACTA_TRY(const auto catalogue, load_catalogue(*ledger_));
  ACTA_TRY(const auto definitions, load_definitions(*ledger_, *catalogue));
  return opening_.origin + ", " + std::to_string(ledger_->head().size) + " entries, " + std::to_string(definitions.current.size()) + (definitions.current.size() == 1 ? " process" : " processes");
}

// Views can always be built anew: only a folder that cannot be written keeps a server from it.
Finding Examination::views() {
  const std::string folder = folders_.data + "/views";
  if (!std::filesystem::exists(folder)) return std::string("none yet: the first start builds them");
  ACTA_CHECK(may_write(folder, ": remove it, the next start builds the views anew"));
  return folder + " can be written";
}

// One that cannot be read stops only its own reader.
Finding Examination::subscriptions() {
  const std::string folder = folders_.data + "/subscriptions";
  if (!std::filesystem::exists(folder)) return std::string("none yet: the first one makes the folder");
  ACTA_CHECK(may_write(folder, ": move it away and restore the folder from a backup, or begin without subscriptions"));
  return folder + " can be written";
}

Finding Examination::head_file() {
  ACTA_CHECK(check_head_file(disk(), folders_.head, *ledger_, *log_keys_));
  ACTA_CHECK(may_write(std::filesystem::absolute(folders_.head).parent_path().string(), ""));
  return folders_.head + " belongs to this ledger";
}

Finding Examination::key_encryption_key() {
  ACTA_TRY(const Key key, read_kek(key_options()));
  return folders_.kek + ", " + std::to_string(key.size()) + " bytes, for its owner only";
}

Finding Examination::keys() {
  ACTA_TRY(const auto store, KeyStore::open(key_options(), opening_.ledger));
  ACTA_CHECK(may_write(folders_.keys, ""));
  ACTA_CHECK(check_log_key(*store, *log_keys_, folders_.keys, Access::write));
  return folders_.keys + " opens, for its owner only";
}

Finding Examination::space() {
  ACTA_CHECK(check_free_space(disk(), folders_.data, options_.free_bytes_min));
  return std::string("enough");
}

Finding Examination::clock() {
  const bool simulated = opening_.seed && !ledger_->registers().contains(std::string(clock_confirmed_register));
  if (simulated) return std::string("told on a simulated clock; the first start to serve it leaves that");
  WallClock clock;
  ACTA_CHECK(ClockWatch(clock, ledger_->last_recorded_at()).check());
  return "the newest entry is of " + to_text(ledger_->last_recorded_at());
}

Finding Examination::tls() {
  ACTA_TRY(const auto files, tls_files(options_));
  if (!files) return std::string("off: plain HTTP; tls-cert and tls-key make it HTTPS");
  ACTA_TRY(const auto context, TlsContext::load(*files, WallClock().now()));
  const TlsIdentity& identity = context->identity();
  return files->certificate + " is for " + identity.name + ", serial " + identity.serial + ", until " + to_text(identity.expires_at);
}

Finding Examination::address() {
  if (server_ && server_->address == options_.listen) return options_.listen + " is where this ledger's server listens";
  ACTA_CHECK(check_listen(options_.listen));
  return options_.listen + " is free";
}

// What it says to something that is no checkpoint does not matter, as long as it says something.
std::string silent_among(const CosignerOptions& options) {
  std::string silent;
  for (const auto& [name, url] : options.policy.urls) {
    const auto answer = post_outgoing({.url = add_checkpoint_url(url), .media_type = "text/plain; charset=utf-8", .body = {}, .ca_file = options.ca_file, .timeout_ms = outside_timeout_ms});
    if (!answer) silent += (silent.empty() ? "" : "; ") + name + ": " + answer.error().message;
    else if (answer->status != 400) silent += (silent.empty() ? "" : "; ") + name + " answers as no witness does (status " + std::to_string(answer->status) + ")";
  }
  return silent;
}

Finding Examination::witnesses() {
  ACTA_TRY(const auto cosigning, cosigning_of(options_));
  if (log_keys_) ACTA_CHECK(check_policy(cosigning->policy, *log_keys_));
  std::string names;
  for (const auto& [name, url] : cosigning->policy.urls) names += (names.empty() ? "" : ", ") + name;
  if (!outside_) return options_.witness_policy + " names " + names + "; --outside asks them";
  const std::string silent = silent_among(*cosigning);
  if (!silent.empty()) return error(Code::unavailable, silent + "; entries are recorded all the same, and stay without their cosignature");
  return options_.witness_policy + " names " + names + ", and all answer";
}

Finding Examination::time_stamps() {
  const TimeStamperOptions asking = *time_stamping_of(options_);
  ACTA_CHECK(check_time_stamping(asking));
  if (!outside_) return asking.url + " would be asked, and believed under " + asking.trusted + "; --outside asks it";
  ACTA_TRY(const TimeStamp stamp, try_time_stamp(asking, WallClock().now()));
  return asking.url + " gives time stamps: " + to_text(stamp.at) + ", signed by " + stamp.signer;
}

}  // namespace

std::vector<Check> examine(const Folders& folders, const ServeOptions& options, bool outside) { return Examination(folders, options, outside).all(); }

}  // namespace acta::cli
