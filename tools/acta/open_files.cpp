#include "tools/acta/open_files.h"

#include <sys/resource.h>

namespace acta::cli {

// Where it cannot be raised the server says how many connections that leaves.
void raise_open_files() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == files.rlim_max) return;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace acta::cli
