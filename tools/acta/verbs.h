#pragma once
// One function a verb, one .cpp a verb. Each gives the process's exit code.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/acta/globals.h"
#include "tools/acta/settings.h"
#include "tools/demo/demo.h"

namespace acta::cli {

struct InitOptions {
  std::string origin, facility;
  std::vector<std::string> founders;  // HANDLE:ROLE[,ROLE], exactly two
};
int init(const Globals& globals, const InitOptions& options);

struct ServeOptions {
  std::string listen;
  std::string tls_certificate, tls_key;     // files; both empty: plain HTTP
  int workers = 0;
  std::size_t connections_max = 0;
  std::size_t pipelined_max = 0;
  std::uint64_t free_bytes_min = 0;
  std::string log_level;
  std::string witness_policy, outside_ca;   // files; empty: no witness is asked, the system's authorities are trusted
  std::string timestamp_url = {};           // empty: no time-stamp server is asked
  std::string timestamp_ca = {}, timestamp_policy = {};
  std::uint64_t timestamp_every_seconds = 0;
};
int serve(const Globals& globals, const ServeOptions& options);

struct DemoOptions {
  ServeOptions server;
  bool serve = true;
  std::uint64_t seed = demo_seed;
};
int demo(const Globals& globals, const DemoOptions& options);

int import_file(const Globals& globals, const std::string& path);

struct CasesOptions {
  std::optional<std::uint32_t> limit;
  std::string after, text, opened_from, opened_before, changed_from, changed_before;
  std::vector<std::string> processes, states, countries, themes, regions, requesters;
  bool open = false, closed = false, newest = false, facets = false;
};
int cases(const Globals& globals, const CasesOptions& options);

struct WorklistOptions {
  std::string role;                         // the global --role; not an option of its own
  std::string person;                       // empty: the global --as, unless `anyone`
  bool anyone = false;
  std::string process, state, after;
  std::optional<std::uint32_t> limit;
};
int worklist(const Globals& globals, const WorklistOptions& options);

struct CountsOptions {
  std::string by, cases;                    // dimension; measure or waiting time
  std::string theme, region, country, state, year, process, from, to, position, after;
  std::optional<std::uint32_t> limit;
};
int counts(const Globals& globals, const CountsOptions& options);

struct AuditOptions {
  std::string person, role, type, case_id, rule, recorded_from, recorded_before, after;
  std::string kind, occurred_from, occurred_before;    // of audit alone, as late_days
  std::optional<std::uint32_t> late_days, limit;
  bool oldest = false;
};
int audit(const Globals& globals, const AuditOptions& options);
int refusals(const Globals& globals, const AuditOptions& options);

// Which past of a case is meant; all empty: now.
struct PastOptions {
  std::string as_of, recorded_as_of, revision, position;
};
int show_case(const Globals& globals, const std::string& id, const PastOptions& past);

struct HistoryOptions {
  bool refusals = false;
};
int history(const Globals& globals, const std::string& id, const HistoryOptions& options);
// as_of: stop after what had happened by then.
int replay(const Globals& globals, const std::string& id, const std::string& as_of);

struct RecordOptions {
  std::string case_id;                      // or "new"
  std::string type;                         // with "new" only; else the body's, which must agree when both are given
  std::string input;                        // file, or "-"
  std::string key;                          // empty: random, printed
  std::optional<std::uint32_t> if_match;    // absent: the current revision
  std::string reason, occurred_at;
  std::vector<std::string> evidence;        // categories, not held
};
int record(const Globals& globals, const RecordOptions& options);

struct EventsOptions {
  std::optional<std::uint64_t> from, after, limit;
  std::vector<std::string> cases, processes, types, roles;
  std::string subscription;
  bool follow = false;
  bool ack = false;                         // what was printed is acknowledged
};
int events(const Globals& globals, const EventsOptions& options);

struct SubscriptionOptions {
  std::string name;
  std::vector<std::string> cases, processes, types, roles;
  std::optional<std::uint64_t> from;
  std::uint64_t position = 0;               // to acknowledge
};
int list_subscriptions(const Globals& globals);
int create_subscription(const Globals& globals, const SubscriptionOptions& options);
int show_subscription(const Globals& globals, const SubscriptionOptions& options);
int acknowledge_subscription(const Globals& globals, const SubscriptionOptions& options);
int delete_subscription(const Globals& globals, const SubscriptionOptions& options);

struct VerifyVerbOptions {
  std::string key;                          // a log key the caller trusts; empty: the one entry 0 names
  std::string timestamp_ca;                 // file: who may have signed time stamps; empty: not checked, and said so
  bool hashes_only = false;
  unsigned cores = 0;                       // 0: all
};
int verify(const Globals& globals, const VerifyVerbOptions& options);
// witnessed: the newest that enough witnesses cosigned.
int checkpoint(const Globals& globals, bool witnessed);
struct CompareOptions {
  std::string a, b, proof, policy;              // proof empty: the ledger of `globals`, where there is one, is asked
  std::vector<std::string> keys;
};
int compare_checkpoints(const Globals& globals, const CompareOptions& options);
struct WitnessInitOptions {
  std::string folder, name;
  std::vector<std::string> logs;                // vkeys it shall cosign
};
int init_witness(const Globals& globals, const WitnessInitOptions& options);
struct WitnessServeOptions {
  std::string folder, listen = "127.0.0.1:7272", tls_certificate, tls_key;
};
int serve_witness(const Globals& globals, const WitnessServeOptions& options);
// output: a file; empty: standard output.
int prove(const Globals& globals, std::uint64_t position, const std::string& output);

int list_keys(const Globals& globals);
int generate_key(const Globals& globals);
struct KeyRotateOptions {
  std::string to;                           // id of a prepared key; empty: the only one, or a new one
};
int rotate_key(const Globals& globals, const KeyRotateOptions& options);
struct KeyRevokeOptions {
  std::string key, reason;                  // id; a code
  std::optional<std::uint64_t> counts;      // absent: from now on
};
int revoke_key(const Globals& globals, const KeyRevokeOptions& options);

struct AnchorOptions {
  std::optional<std::uint64_t> position;    // of the entry that records the time stamp; absent: the newest
  std::optional<std::uint64_t> entry;       // the first that covers this one
  std::optional<std::uint32_t> limit;
  std::string after, output;
};
int list_anchors(const Globals& globals, const AnchorOptions& options);
int show_anchor(const Globals& globals, const AnchorOptions& options);
int export_anchor(const Globals& globals, const AnchorOptions& options);
int anchor_now(const Globals& globals);

// Numbers and hashes as they were typed: read strictly, and named when they are wrong.
struct InclusionOptions {
  std::string index, size, leaf_hash, root;
  std::vector<std::string> hashes;
};
int verify_inclusion(const Globals& globals, const InclusionOptions& options);
struct ConsistencyOptions {
  std::string from, to, from_root, to_root;
  std::vector<std::string> hashes;
};
int verify_consistency(const Globals& globals, const ConsistencyOptions& options);
struct ProofFileOptions {
  std::string path, leaf_hash, entry, policy;   // one of leaf_hash and entry
  std::vector<std::string> keys;
};
int verify_proof_file(const Globals& globals, const ProofFileOptions& options);
struct NoteOptions {
  std::string path;
  std::string succession;                       // a bundle whose log keys follow from the one given
  std::vector<std::string> keys;
};
int verify_note(const Globals& globals, const NoteOptions& options);

struct TilesOptions {
  std::string folder;
  std::vector<std::string> keys;                // to verify
};
int export_tiles(const Globals& globals, const TilesOptions& options);
int verify_tiles(const Globals& globals, const TilesOptions& options);

struct BundleCreateOptions {
  std::vector<std::string> cases;               // ids or references; or from and to
  std::optional<std::uint64_t> from, to;
  std::string as_of, output;
};
int create_bundle(const Globals& globals, const BundleCreateOptions& options);
struct BundleVerifyOptions {
  std::string path, key;                        // key empty: the one entry 0 names
  std::string timestamp_ca;                     // file: who may have signed time stamps; empty: not checked, and said so
};
int verify_bundle(const Globals& globals, const BundleVerifyOptions& options);

// view empty: all of them.
int rebuild(const Globals& globals, const std::string& view);
int confirm_clock(const Globals& globals);
struct RecoverOptions {
  bool accept_rollback = false;
  std::optional<std::uint64_t> signed_size, found_size;
  std::string why;
};
int recover(const Globals& globals, const RecoverOptions& options);
struct BackupOptions {
  std::string folder, to, key;
  std::optional<std::uint64_t> number;          // nothing: the newest
};
int create_backup(const Globals& globals, const BackupOptions& options);
int list_backups(const Globals& globals, const BackupOptions& options);
int verify_backup(const Globals& globals, const BackupOptions& options);
int restore_backup(const Globals& globals, const BackupOptions& options);
struct KeyBackupOptions {
  std::string folder, ledger;                   // of backups of keys, and of the ledger
  std::optional<std::uint64_t> number;          // nothing: the newest
  bool expired = false;                         // one whose time is over is put back all the same
};
int create_key_backup(const Globals& globals, const KeyBackupOptions& options);
int list_key_backups(const Globals& globals, const KeyBackupOptions& options);
int verify_key_backup(const Globals& globals, const KeyBackupOptions& options);
int restore_key_backup(const Globals& globals, const KeyBackupOptions& options);
// outside: also asks the witnesses and the time-stamp server.
int doctor(const Globals& globals, const ServeOptions& options, bool outside);
int status(const Globals& globals);
int show_config(const Globals& globals, const Settings& settings, bool with_origin);
int check_config(const Globals& globals, const Settings& settings);
int version(const Globals& globals);

}  // namespace acta::cli
