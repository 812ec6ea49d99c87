#pragma once
// Tables for people: as wide as the terminal, never wider.

#include <string>
#include <utility>
#include <vector>

namespace acta::cli {

struct Column {
  std::string title;
  bool right = false;        // numbers
  bool shrinks = true;       // may be cut; ids and numbers may not
  bool optional = false;     // left out, the last one first, before others are cut to pieces
};

using TableRow = std::vector<std::string>;

// Title line, rule, rows, cells in the order of the columns; each line ends in a newline and fits `width` as far as the
// columns that may not shrink allow.
std::string render_table(const std::vector<Column>& columns, const std::vector<TableRow>& rows, std::size_t width);
// "name   value" lines, values cut to the width.
std::string render_pairs(const std::vector<std::pair<std::string, std::string>>& pairs, std::size_t width);

}  // namespace acta::cli
