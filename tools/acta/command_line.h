#pragma once
// From words to a verb: flag before ACTA_* before default.

namespace acta::cli {

// Parses and runs. Gives the exit code; 2 and a sentence on standard error for a line it does not understand.
int run(int argc, const char* const* argv);

}  // namespace acta::cli
