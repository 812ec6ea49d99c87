#pragma once
// One action whose course was written out day by day: Mauritius III. Real are its authority, theme, months and the
// origins of its experts.

#include "tools/demo/story.h"
#include "tools/demo/action_row.h"

namespace acta::sample {

inline constexpr std::string_view worked_example_ref = "194";

Story worked_example(const ActionRow& row);

}  // namespace acta::sample
