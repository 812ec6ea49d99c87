#pragma once
// A broken invariant ends the process, in every build: going on would write what nobody meant.

namespace acta {
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);
}

#define ACTA_ASSERT(expression) ((expression) ? static_cast<void>(0) : ::acta::assertion_failed(#expression, __FILE__, __LINE__))
