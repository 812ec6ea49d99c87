#pragma once
// What a terminal shows: how wide text is, what fits, and nothing that would steer the terminal.

#include <string>
#include <string_view>

namespace acta::cli {

// Columns of standard output: the terminal's, else COLUMNS, else without limit.
std::size_t terminal_width();
bool errors_go_to_terminal();

// Columns a text takes; code points of Latin, Greek and Cyrillic count 1, combining marks 0, East Asian ones 2.
std::size_t width_of(std::string_view utf8);
// At most `columns` wide, ending in … where something was left out.
std::string cut(std::string_view utf8, std::size_t columns);
// Control characters (an event's text may hold escape sequences) become spaces, bad UTF-8 becomes U+FFFD.
std::string printable(std::string_view text);

}  // namespace acta::cli
