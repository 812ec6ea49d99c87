#pragma once
// Comma-separated values (RFC 4180) with one line a record.

#include <string>
#include <string_view>
#include <vector>

namespace acta::sample {

std::vector<std::string> csv_cells(std::string_view line);
// Without line ends and empty lines.
std::vector<std::string_view> lines_of(std::string_view text);
// Without empty parts.
std::vector<std::string> split(std::string_view text, char separator);

}  // namespace acta::sample
