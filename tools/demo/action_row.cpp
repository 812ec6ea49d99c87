#include "tools/demo/action_row.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "tools/demo/csv.h"

namespace acta::sample {
namespace {

constexpr std::string_view header = "ref,title,countries,region,theme,areas,start,end,status,requesting_authority,expert_origins,activities,url";
constexpr std::string_view regional = "REGIONAL-";

enum Column : std::size_t { ref, title, countries, region, theme, areas, start, end, status, authority, origins, activities, url, columns };

Error unreadable(std::size_t line, std::string_view what) { return error(Code::invalid, "line " + std::to_string(line) + " of the table of actions: " + std::string(what)); }

std::optional<int> number_in(std::string_view text) {
  int value = 0;
  const auto [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

// 2016-04 or 2016.
std::optional<ToldMonth> month_in(std::string_view text) {
  const auto year = number_in(text.substr(0, 4));
  if (!year || *year < 2000 || *year > 2100) return std::nullopt;
  ToldMonth told{.year = static_cast<std::int16_t>(*year)};
  if (text.size() == 4) return told;
  const auto month = text.size() == 7 && text[4] == '-' ? number_in(text.substr(5)) : std::nullopt;
  if (!month || *month < 1 || *month > 12) return std::nullopt;
  told.month = static_cast<std::uint8_t>(*month);
  return told;
}

bool is_country(std::string_view text) {
  return text.size() == 2 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

// "completed or ongoing (not stated)" states nothing; "ongoing on one page, completed by .." does.
Ending ending_in(std::string_view status_text) {
  if (status_text.starts_with("on hold")) return Ending::on_hold;
  if (status_text.starts_with("closed after first phase")) return Ending::first_phase_only;
  const bool completed = status_text == "completed" || status_text.find("completed by") != std::string_view::npos;
  return completed ? Ending::completed : Ending::open;
}

void read_countries(std::string_view text, ActionRow& row) {
  for (std::string& word : split(text, ' ')) {
    const bool body = word.starts_with(regional);
    (body ? row.regional_bodies : row.countries).push_back(body ? word.substr(regional.size()) : std::move(word));
  }
}

Result<ActionRow> read_row(const std::vector<std::string>& cells, std::size_t line) {
  ActionRow row{.ref = cells[ref], .title = cells[title], .region = cells[region], .theme = cells[theme], .authority = cells[authority], .status = cells[status], .url = cells[url], .countries = {}, .regional_bodies = {}, .areas = split(cells[areas], ';'), .expert_origins = split(cells[origins], ' '), .start = month_in(cells[start]), .end = month_in(cells[end]), .activities = number_in(cells[activities]), .ending = ending_in(cells[status])};
  if (row.ref.empty() || row.title.empty()) return unreadable(line, "reference and title must not be blank");
  if ((!cells[start].empty() && !row.start) || (!cells[end].empty() && !row.end)) return unreadable(line, "start and end must be years or months, as 2016 or 2016-04");
  std::erase_if(row.expert_origins, [](const std::string& word) { return !is_country(word); });
  read_countries(cells[countries], row);
  if (row.countries.empty() && row.regional_bodies.empty()) return unreadable(line, "a country or a regional body must ask");
  return row;
}

}  // namespace

Result<std::vector<ActionRow>> read_actions(std::string_view csv) {
  const std::vector<std::string_view> lines = lines_of(csv);
  if (lines.empty() || lines.front() != header) return unreadable(1, "the header is not the one expected");
  std::vector<ActionRow> rows;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string> cells = csv_cells(lines[i]);
    if (cells.size() != columns) return unreadable(i + 1, "there must be 13 cells");
    ACTA_TRY(rows.emplace_back(), read_row(cells, i + 1));
  }
  return rows;
}

}  // namespace acta::sample
