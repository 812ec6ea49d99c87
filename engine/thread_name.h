#pragma once
// What operators see of a thread in top and in a debugger.

#include <pthread.h>

namespace acta {

// The thread that calls. `name`: at most 15 characters.
inline void name_this_thread(const char* name) { ::pthread_setname_np(::pthread_self(), name); }

}  // namespace acta
