#include "tools/acta/table.h"

#include <algorithm>
#include <numeric>

#include "tools/acta/terminal.h"

namespace acta::cli {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t column_min = 8;
constexpr std::size_t readable = 18;  // columns: less of a longer text tells nobody what it is

using Widths = std::vector<std::size_t>;

Widths natural_widths(const std::vector<Column>& columns, const std::vector<TableRow>& rows) {
  Widths widths;
  for (const Column& column : columns) widths.push_back(width_of(column.title));
  for (const TableRow& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  return widths;
}

std::size_t total(const Widths& widths) { return std::accumulate(widths.begin(), widths.end(), gap * (widths.size() - 1)); }

// The widest column that may still give a column away; columns.size() when none may.
std::size_t widest(const std::vector<Column>& columns, const Widths& widths) {
  std::size_t found = columns.size();
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].shrinks && widths[i] > column_min && (found == columns.size() || widths[i] > widths[found])) found = i;
  return found;
}

void shrink(const std::vector<Column>& columns, Widths& widths, std::size_t width) {
  while (total(widths) > width) {
    const std::size_t column = widest(columns, widths);
    if (column == columns.size()) return;
    --widths[column];
  }
}

// The width with every text that may be cut still readable.
std::size_t readable_total(const std::vector<Column>& columns, Widths widths) {
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].shrinks) widths[i] = std::min(widths[i], readable);
  return total(widths);
}

struct Shown {
  std::vector<Column> columns;
  std::vector<TableRow> rows;
};

void leave_out(Shown& shown, std::size_t column) {
  const auto at = static_cast<std::ptrdiff_t>(column);
  shown.columns.erase(shown.columns.begin() + at);
  for (TableRow& row : shown.rows) row.erase(row.begin() + at);
}

// What fits, or nearly: without the optional columns there is no room for.
Shown fitting(Shown shown, std::size_t width) {
  for (std::size_t i = shown.columns.size(); i-- > 0;) {
    if (readable_total(shown.columns, natural_widths(shown.columns, shown.rows)) <= width) break;
    if (shown.columns[i].optional) leave_out(shown, i);
  }
  return shown;
}

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::string spaces(width - std::min(width, width_of(text)), ' ');
  return right ? spaces + text : text + spaces;
}

std::string line_of(const std::vector<Column>& columns, const Widths& widths, const TableRow& row) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i)
    line += (i == 0 ? "" : std::string(gap, ' ')) + padded(cut(row[i], widths[i]), widths[i], columns[i].right);
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::vector<TableRow> printable_rows(const std::vector<TableRow>& rows) {
  std::vector<TableRow> out = rows;
  for (TableRow& row : out)
    for (std::string& cell : row) cell = printable(cell);
  return out;
}

std::string rule_of(const Widths& widths) {
  std::string rule;
  for (std::size_t i = 0; i < total(widths); ++i) rule += "─";
  return rule + "\n";
}

}  // namespace

std::string render_table(const std::vector<Column>& all, const std::vector<TableRow>& given, std::size_t width) {
  const auto [columns, rows] = fitting({all, printable_rows(given)}, width);
  Widths widths = natural_widths(columns, rows);
  shrink(columns, widths, width);
  TableRow titles;
  for (const Column& column : columns) titles.push_back(column.title);
  std::string out = line_of(columns, widths, titles) + rule_of(widths);
  for (const TableRow& row : rows) out += line_of(columns, widths, row);
  return out;
}

std::string render_pairs(const std::vector<std::pair<std::string, std::string>>& pairs, std::size_t width) {
  std::size_t names = 0;
  for (const auto& [name, value] : pairs) names = std::max(names, width_of(printable(name)));
  std::string out;
  for (const auto& [name, value] : pairs)
    out += cut(padded(printable(name), names, false) + "  " + printable(value), width) + "\n";
  return out;
}

}  // namespace acta::cli
