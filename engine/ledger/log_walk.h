#pragma once
// Walks RocksDB's log files (WAL and MANIFEST) before RocksDB may open a folder. RocksDB takes some altered length fields
// for a torn tail and drops what follows without a word; this does not. And RocksDB gives up on pages that a crash kept
// from the disk inside the last write; this tells them from altered bytes.

#include <map>
#include <string>

#include "events/result.h"

namespace rocksdb {
class Env;
}

namespace acta {

// The bytes of the file that hold: all of them, or those before a last write that a crash tore. Nobody was told that such
// a write is durable, and nothing whole comes after it. Error: damaged, file and offset named.
Result<std::uint64_t> walk_log_file(rocksdb::Env& env, const std::string& path);

using TornFiles = std::map<std::string, std::uint64_t>;   // path -> bytes that hold

// The current MANIFEST and every WAL of a folder. Gives those that end in a torn write.
Result<TornFiles> walk_logs(rocksdb::Env& env, const std::string& folder);

}  // namespace acta
