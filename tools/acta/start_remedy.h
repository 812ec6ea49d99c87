#pragma once
// What helps when a start is refused.

#include <string_view>

#include "events/result.h"

namespace acta::cli {

// One sentence, whatever it was that refused; its message names the file or setting. Empty for what only a command can meet.
std::string_view start_remedy(Code code);

}  // namespace acta::cli
