#include "tools/acta/terminal.h"

#include <doctest/doctest.h>

using namespace acta::cli;

TEST_CASE("terminal: the width of text is counted in columns, not bytes") {
  CHECK(width_of("") == 0);
  CHECK(width_of("abc") == 3);
  CHECK(width_of("Žižek") == 5);
  CHECK(width_of("Кабинет") == 7);
  CHECK(width_of("e\u0301") == 1);
  CHECK(width_of("日本") == 4);
}

TEST_CASE("terminal: what fits is not cut, what does not ends in an ellipsis") {
  CHECK(cut("abc", 3) == "abc");
  CHECK(cut("abcd", 3) == "ab…");
  CHECK(cut("日本語", 4) == "日…");
  CHECK(cut("abc", 0).empty());
}

TEST_CASE("terminal: cutting never splits a character") {
  const std::string text = "éééééé";
  for (std::size_t columns = 1; columns < 6; ++columns) CHECK(width_of(cut(text, columns)) == columns);
}

TEST_CASE("terminal: control characters and marks that turn the line become spaces") {
  CHECK(printable("a\033[2Jb") == "a [2Jb");
  CHECK(printable("a\nb\tc\x7f") == "a b c ");
  CHECK(printable("a\u202Eb") == "a b");
  CHECK(printable("a\u009Bb") == "a b");
}

TEST_CASE("terminal: bytes that are no UTF-8 are shown as such") {
  CHECK(printable("a\xffz") == "a\uFFFDz");
  CHECK(printable("\xc3") == "\uFFFD");
  CHECK(printable("\xc0\xaf") == "\uFFFD\uFFFD");
}

TEST_CASE("terminal: letters of any language are left as they are") { CHECK(printable("Žižek Кабинет 日本 ع") == "Žižek Кабинет 日本 ع"); }
