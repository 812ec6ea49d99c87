#include "tools/acta/shell.h"

#include <doctest/doctest.h>

#include "tests/tools/desk.h"

using namespace acta::cli;

TEST_CASE("shell: a word that is safe stands as it is") {
  CHECK(shell_word("acta-data") == "acta-data");
  CHECK(shell_word("/a/b_c.d") == "/a/b_c.d");
}

TEST_CASE("shell: any other word comes back from a shell as it went in") {
  const acta::test::Desk desk;
  for (const std::string word : {"", "a b", "it's", "$HOME", "`id`", "a\"b", "a\nb", "*", "~", "\\", "é;x"})
    CHECK(desk.shell("printf %s " + shell_word(word)).out == word);
}

TEST_CASE("shell: a program names itself so that a shell finds it") { CHECK(program_word().find("tests_tools") != std::string::npos); }
