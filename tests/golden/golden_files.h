#pragma once
// The golden ledger as plain files, in the export layout of docs/FORMAT.md, with two files beside it: states.json (the
// state digest after each entry) and known.json (what a reader must be told from outside: the log key, the box key, the
// idempotency keys).

#include <map>
#include <string>

#include "engine/ledger/ledger.h"
#include "tests/golden/golden_story.h"

namespace acta::golden {

using Files = std::map<std::string, Bytes>;  // path within the folder -> content

Files write_through_ledger(const Sources& sources);   // staged and committed in a ledger of its own
Files read_folder(const std::string& folder);
void write_folder(const std::string& folder, const Files& files);

std::vector<Bytes> entries_in(const Files& files);    // from the bundle, in order
Sources sources_in(const Files& files);               // the schemas and the definition that the ledger itself carries

}  // namespace acta::golden
