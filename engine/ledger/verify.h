#pragma once
// Checks a ledger folder from its bytes up, trusting nothing that is derived. Goes on after a fault: names every one, and
// does not blame a sound entry for what a bad one before it brought about. Reads on all cores, judges in order: the report is
// the same on one and on many. Memory grows with cases, not with the ledger; where an index is damaged, with commands too.

#include <functional>

#include "engine/anchor/time_stamp.h"
#include "engine/ledger/ledger.h"
#include "engine/ledger/log_keys.h"

namespace acta {

enum class Verdict : std::uint8_t { sound, tampered, incomplete, untrusted_key, revoked_key };

struct Finding {
  std::optional<Position> position;
  std::string what;                       // as `leaf hash`, `state`, `continuity`, `signature`
  std::string detail;
};

struct VerifyOptions {
  std::string folder;                     // the RocksDB folder, stopped or a copy; opened for reading only
  std::string head_file;                  // of before the copy was made; empty: not compared, and said so
  std::string later_head_file = {};       // of after the copy, where the ledger was in use: its owner may have signed meanwhile
  std::string data_name;                  // how the folder is called in messages
  rocksdb::Env* env = nullptr;            // null: the real disk
  std::optional<PublicKey> key;           // a log key of the ledger that the caller trusts: those after it follow; absent: the one entry 0 names, and said so
  std::optional<TimeStampTrust> time_stamps = {};   // who may have signed time stamps; absent: not checked, and said so
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
  // Only: each stored entry hashed again, the tree rebuilt, and held against leaf hashes, tiles, tree state, and every signed
  // checkpoint. What entries say, and what is indexed from them, is not looked at, and the report says so.
  bool hashes_only = false;
  unsigned cores = 0;                     // 0: all there are
};

struct VerifyReport {
  // untrusted_key before tampered before revoked_key before incomplete (something was unreadable).
  Verdict verdict = Verdict::sound;
  std::uint64_t size = 0;
  Hash root;
  std::string origin, vkey;               // vkey: the log key in force
  std::vector<LogKey> keys;               // the whole succession
  std::uint64_t signed_size = 0;          // size - signed_size is the unsigned tail: sound, and said so
  std::uint64_t cases = 0, events = 0, refusals = 0, notices = 0, ledger_entries = 0;
  std::uint64_t time_stamps = 0;          // recorded, whether they hold or not
  std::vector<Finding> findings;          // findings_max at most, then one that counts the rest
  std::vector<std::string> remarks;       // what cannot be proved, or was not looked at; demo key; simulated clock
  bool hashes_only = false;               // as asked for; then `cases` is not known
};
inline constexpr std::size_t findings_max = 10'000;

Result<VerifyReport> verify(const VerifyOptions& options);

}  // namespace acta
