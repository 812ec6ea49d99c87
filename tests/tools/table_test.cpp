#include "tools/acta/table.h"

#include <doctest/doctest.h>

#include <sstream>

#include "tools/acta/terminal.h"

using namespace acta::cli;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

const std::vector<Column> columns = {{"id", false, false}, {"n", true, false}, {"title"}};

}  // namespace

TEST_CASE("table: titles, a rule, and rows whose numbers stand to the right") {
  const auto lines = lines_of(render_table(columns, {{"A-1", "7", "One"}, {"A-2", "12", "Two"}}, 80));
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == "id    n  title");
  CHECK(lines[2] == "A-1   7  One");
  CHECK(lines[3] == "A-2  12  Two");
}

TEST_CASE("table: it is as wide as the terminal at most, and what is cut shows it") {
  for (const std::size_t width : {30, 40, 60}) {
    const auto lines = lines_of(render_table(columns, {{"A-1", "7", std::string(100, 'x')}}, width));
    for (const auto& line : lines) CHECK(width_of(line) <= width);
    CHECK(lines[2].ends_with("…"));
  }
}

TEST_CASE("table: ids and numbers are never cut") {
  const auto lines = lines_of(render_table({{"id", false, false}}, {{std::string(50, 'i')}}, 20));
  CHECK(lines[2] == std::string(50, 'i'));
}

TEST_CASE("table: letters that take no column or two do not bend the columns") {
  const auto lines = lines_of(render_table({{"name"}, {"n"}}, {{"Jérôme", "1"}, {"Jose", "2"}, {"日本", "3"}}, 80));
  CHECK(lines[2] == "Jérôme  1");
  CHECK(lines[3] == "Jose    2");
  CHECK(lines[4] == "日本    3");
}

TEST_CASE("table: a cell cannot steer the terminal") {
  const std::string text = render_table({{"title"}}, {{"a\033[31mb\nc"}}, 80);
  CHECK(text.find('\033') == std::string::npos);
  CHECK(lines_of(text).size() == 3);
}

TEST_CASE("table: what is optional is left out, the last first, before the rest cannot be read any more") {
  const std::vector<Column> some = {{"id", false, false}, {"what"}, {"when", false, false, true}, {"why", false, true, true}};
  const std::vector<TableRow> rows = {{"A-1", std::string(30, 'x'), "2021-03-02", std::string(40, 'y')}};
  CHECK(lines_of(render_table(some, rows, 100))[0].ends_with("why"));
  CHECK(lines_of(render_table(some, rows, 40))[0].ends_with("when"));
  CHECK(lines_of(render_table(some, rows, 30))[0].ends_with("what"));
  for (const std::size_t width : {30, 40, 100})
    for (const auto& line : lines_of(render_table(some, rows, width))) CHECK(width_of(line) <= width);
}

TEST_CASE("table: without rows there are still titles") { CHECK(lines_of(render_table(columns, {}, 80)).size() == 2); }

TEST_CASE("table: pairs stand under each other and are cut to the width") {
  const auto lines = lines_of(render_pairs({{"a", "1"}, {"long", std::string(50, 'x')}}, 20));
  CHECK(lines[0] == "a     1");
  CHECK(width_of(lines[1]) == 20);
  CHECK(lines[1].ends_with("…"));
}
