#include "events/assert.h"

#include <cstdio>
#include <cstdlib>

namespace acta {

void assertion_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "broken invariant: %s (%s:%d)\n", expression, file, line);
  std::abort();
}

}  // namespace acta
