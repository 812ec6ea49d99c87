#pragma once
#include <string>

#include "events/result.h"

namespace acta::cli {

// The whole of a file, or of standard input for "-". Error: not_found, unavailable.
Result<std::string> read_input(const std::string& path);

}  // namespace acta::cli
