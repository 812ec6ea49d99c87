#pragma once
// Every file of ours goes through RocksDB's Env, so that one fake disk can fail under all of them.

#include <string>

#include "events/bytes.h"

namespace rocksdb {
class Env;
}

namespace acta {

// Error: not_found, unavailable (naming the path).
Result<Bytes> read_file(rocksdb::Env& env, const std::string& path);
// Whole and durable, or not at all: temporary file, fsync, rename, fsync of the directory. Mode 0600.
Result<void> write_file_durably(rocksdb::Env& env, const std::string& path, ByteView bytes);
// As write_file_durably, where no file is: the name is taken with O_EXCL, so nothing is ever written over and no link followed.
// A crash may leave it there cut short. Error: conflict too.
Result<void> create_file_durably(rocksdb::Env& env, const std::string& path, ByteView bytes);
// Gone for good: removed, fsync of the directory. Error: not_found, unavailable.
Result<void> remove_file_durably(rocksdb::Env& env, const std::string& path);
// A folder with all that is in it; interrupted, some of it is left. Nothing is there: done. Error: unavailable.
Result<void> remove_folder_durably(rocksdb::Env& env, const std::string& path);
// Error: unavailable. `path` may exist. Mode 0700, made durable in its parent.
Result<void> make_folder(rocksdb::Env& env, const std::string& path);

}  // namespace acta
