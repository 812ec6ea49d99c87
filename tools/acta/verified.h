#pragma once
// A full check of a ledger's bytes, with a bar while it runs, and how its report is told.

#include "engine/ledger/verify.h"
#include "tools/acta/globals.h"

namespace acta::cli {

struct Verified {
  std::string ledger, head;                // the database's folder; a head file, empty: none to compare with
  std::string later_head = {};             // as VerifyOptions
  std::string name;                        // what the report calls it
  std::optional<PublicKey> key;
  std::optional<TimeStampTrust> time_stamps = {};
  bool hashes_only = false;
  unsigned cores = 0;                      // 0: all
};

// What --key gave; empty: nothing. Error: invalid, naming the option.
Result<std::optional<PublicKey>> trusted_key(const std::string& vkey);
// What --timestamp-ca gave; empty: nothing. Error: invalid, naming the option.
Result<std::optional<TimeStampTrust>> trusted_time_stamps(const std::string& path);
// A database that cannot be opened as a ledger is a tampered one.
Result<VerifyReport> verified(const Verified& what);
// Gives the exit code.
int print_verified(const Globals& globals, const VerifyReport& report, const std::string& name);

}  // namespace acta::cli
