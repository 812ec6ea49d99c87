#pragma once
// Files that are hashed while they are read. Private to engine/backup.

#include <functional>
#include <string>

#include "events/ids.h"

namespace rocksdb {
class Env;
}

namespace acta {

struct HashedFile {
  Hash digest;
  std::uint64_t size = 0;
};

using BytesRead = std::function<void(std::uint64_t bytes)>;

// Error: not_found, unavailable.
Result<HashedFile> hash_file(rocksdb::Env& env, const std::string& path, const BytesRead& read);
// Durable when it returns, but for its name. What was written before an error is removed. Error: full too.
Result<HashedFile> copy_file(rocksdb::Env& env, const std::string& from, const std::string& to, const BytesRead& read);
// Makes names in a folder durable.
Result<void> sync_names(rocksdb::Env& env, const std::string& folder);

}  // namespace acta
