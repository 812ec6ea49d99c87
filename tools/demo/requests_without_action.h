#pragma once
// Invented requests that never became actions. Of 188 requests to MIEUX 50 did not: 12 in 26.6 were inadmissible, 8
// withdrawn or lapsed, 6.6 rejected. Beside 61 actions that makes 10, 7 and 5.

#include "tools/demo/story.h"

namespace acta::sample {

std::vector<Story> requests_without_action();

}  // namespace acta::sample
