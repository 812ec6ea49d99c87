#pragma once
// The newest signed checkpoint outside the data folder, and what it says about the ledger inside. The
// comparison at start-up is in engine/ledger/signer.h.

#include "engine/ledger/head_trail.h"
#include "engine/ledger/ledger.h"

namespace acta {

// Nothing: neither the file nor a checkpoint in the ledger is there yet. Error: rolled_back (the file is missing), damaged,
// foreign, unavailable.
Result<std::optional<TrailMark>> read_head_file(rocksdb::Env& env, const std::string& head_file, const Ledger& ledger, const LogKeys& keys);

// The head file, if it is one of this ledger's origin that none of its keys signed. With more entries than there are it is that of
// a later time: the log key has changed since. Nothing: it is another one, or none.
std::optional<TrailMark> head_of_unknown_key(rocksdb::Env& env, const std::string& head_file, const LogKeys& keys);

// So many of the ledger's entries are those that were once signed, by the marks beside the head file. Error: rolled_back where
// a mark contradicts them, damaged, unavailable.
Result<std::uint64_t> size_shown_by_trail(rocksdb::Env& env, const std::string& head_file, const Ledger& ledger, const LogKeys& keys);

}  // namespace acta
