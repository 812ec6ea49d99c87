#pragma once

namespace acta::cli {

// A shell gives 1024, for programs that cannot count further; this one may have as many open as the system lets it.
void raise_open_files();

}  // namespace acta::cli
