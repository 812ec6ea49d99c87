#pragma once

namespace acta {

// What operators see of the calling thread in top and in a debugger. `name`: at most 15 characters.
void name_this_thread(const char* name);

}  // namespace acta
