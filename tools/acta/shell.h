#pragma once
// How to call us: words for commands that a person can copy.

#include <string>
#include <string_view>

namespace acta::cli {

// As one word of a POSIX shell: as it is where that is safe, else in single quotes.
std::string shell_word(std::string_view text);
// This program, as a shell in the current folder finds it: `acta` when it is on the PATH, else a path.
std::string program_word();

}  // namespace acta::cli
