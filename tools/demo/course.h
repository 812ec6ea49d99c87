#pragma once
// From the launch to what came of it.

#include "tools/demo/plan.h"
#include "tools/demo/window.h"

namespace acta::sample {

// Launched, halted where it was, amended, completed, evaluated, closed, published: as far as the window goes.
void plan_course(Plan& plan, const Window& window);

}  // namespace acta::sample
