#pragma once
// What a log sends its witnesses (C2SP tlog-witness): the size they last saw, a consistency proof from there, a checkpoint.

#include <string>
#include <vector>

#include "engine/ledger/note.h"

namespace acta {

struct AddCheckpoint {
  std::uint64_t old_size = 0;
  std::vector<Hash> proof;      // empty when old_size is 0
  std::string note;
};

std::string to_body(const AddCheckpoint& request);
// Error: malformed, naming the line.
Result<AddCheckpoint> parse_add_checkpoint(std::string_view body);

}  // namespace acta
