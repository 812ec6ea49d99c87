#include "tools/acta/progress.h"

#include <doctest/doctest.h>

using acta::cli::render_progress;

TEST_CASE("progress: a bar fills from nothing to all") {
  CHECK(render_progress("verify", 0, 200) == "verify  [------------------------------]  0 %  0/200");
  CHECK(render_progress("verify", 100, 200) == "verify  [###############---------------]  50 %  100/200");
  CHECK(render_progress("verify", 200, 200) == "verify  [##############################]  100 %  200/200");
}

TEST_CASE("progress: more than all is all") { CHECK(render_progress("verify", 300, 200) == render_progress("verify", 200, 200)); }

TEST_CASE("progress: without a total it counts") { CHECK(render_progress("import", 42, 0) == "import  42"); }

TEST_CASE("progress: large numbers do not overflow") {
  const std::uint64_t many = 100'000'000'000'000'000;
  CHECK(render_progress("x", many / 2, many).find("  50 %  ") != std::string::npos);
}
