#pragma once
// Earlier signed checkpoints, kept beside the head file (<head>.trail): with the newest alone nobody could tell an older copy
// of this ledger from another ledger of the same key that is shorter. Few, and denser towards the newest.

#include <vector>

#include "engine/ledger/log_keys.h"

namespace rocksdb {
class Env;
}

namespace acta {

struct TrailMark {
  Checkpoint checkpoint;
  std::string note;
};

inline std::string trail_file(const std::string& head_file) { return head_file + ".trail"; }

// Ascending by size; none where there is no file. Error: damaged (a note that no key of its size signed), unavailable.
// Marks of more than `size_max` entries are left out, and nobody asks who signed them.
Result<std::vector<TrailMark>> read_trail(rocksdb::Env& env, const std::string& head_file, const LogKeys& keys, std::uint64_t size_max = UINT64_MAX);
Result<void> write_trail(rocksdb::Env& env, const std::string& head_file, const std::vector<TrailMark>& marks);

// Adds the newest. Of the others those stay that are needed so that between the newest and any size before it there is one
// at most twice as far from the newest as that size: some two for each doubling.
void add_mark(std::vector<TrailMark>& marks, TrailMark newest);

}  // namespace acta
