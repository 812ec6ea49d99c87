#pragma once
// A disk on which some files end earlier than they do: RocksDB reads up to a torn write, and nothing is altered for it.

#include <memory>

#include "engine/ledger/log_walk.h"

namespace acta {

// `base` must outlive what is given, the folder's name is spelled as in `torn`.
std::unique_ptr<rocksdb::Env> shortened(rocksdb::Env& base, TornFiles torn);

}  // namespace acta
