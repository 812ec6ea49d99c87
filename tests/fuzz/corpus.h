#pragma once
// The inputs that mutation begins with.

#include <string>
#include <vector>

#include "events/bytes.h"

namespace acta::fuzz {

// Of files, and of the files in folders, in the order of their names. What is named .hex is hex digits and white space.
// Ends the process when there is none.
std::vector<Bytes> read_corpus(const std::vector<std::string>& paths);

}  // namespace acta::fuzz
