#pragma once
// The data folder as a place on disk: is it ours, of which format, is it free for a new ledger?

#include "engine/engine.h"

namespace acta {

inline std::string ledger_folder(const Folders& folders) { return folders.data + "/ledger"; }

// Error: not_found (no folder, or an empty one), foreign, newer.
Result<void> check_format(rocksdb::Env& env, const std::string& data_folder);
Result<void> write_format(rocksdb::Env& env, const std::string& data_folder);
// Error: conflict.
Result<void> check_empty(rocksdb::Env& env, const std::string& data_folder);
// Error: full.
Result<void> check_free_space(rocksdb::Env& env, const std::string& data_folder, std::uint64_t free_bytes_min);

}  // namespace acta
