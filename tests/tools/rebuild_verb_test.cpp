// `acta rebuild` on a folder, and through the server that holds it.

#include <doctest/doctest.h>
#include <signal.h>

#include "projections/views.h"
#include "tests/tools/desk.h"

using namespace acta;
using namespace acta::test;

namespace {

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::vector<std::string> answers(const Desk& desk) {
  std::vector<std::string> all;
  for (const Words& words : {Words{"cases", "--json"}, {"counts", "--json"}, {"worklist", "--json"}, {"audit", "--json"}, {"refusals", "--json"}}) {
    all.push_back(desk.run(words).out);
    CHECK_FALSE(all.back().empty());
  }
  return all;
}

}  // namespace

TEST_CASE("rebuild: without a name every view is built anew, and all that is asked is answered as before") {
  const Desk desk;
  desk.init();
  desk.acknowledge(desk.open_case()["reference"]);
  const auto before = answers(desk);
  const auto rebuilt = desk.run({"rebuild"});
  REQUIRE_MESSAGE(rebuilt.exit == 0, rebuilt.err);
  for (const auto& name : Views::names()) CHECK(holds(rebuilt.out, name + " is built anew from 13 entries\n"));
  CHECK(answers(desk) == before);
}

TEST_CASE("rebuild: --json is one object, and no view of that name says which there are") {
  const Desk desk;
  desk.init();
  CHECK(desk.run({"rebuild", "audit", "--json"}).json() == nlohmann::json{{"items", {{{"view", "audit"}, {"entries", 11}}}}});
  const auto none = desk.run({"rebuild", "letters"});
  CHECK(none.exit == 5);
  CHECK(holds(none.err, "case_list"));
}

TEST_CASE("rebuild: with a server on the folder it goes through it, and only with its token") {
  const Desk desk;
  desk.init();
  const Serving serving(desk);
  desk.open_case();
  const auto before = answers(desk);
  const auto rebuilt = desk.run({"rebuild"});
  REQUIRE_MESSAGE(rebuilt.exit == 0, rebuilt.err);
  CHECK(holds(rebuilt.out, "case_list is built anew from 12 entries\n"));
  CHECK(answers(desk) == before);
  desk.open_case("k2");
  CHECK(desk.run({"cases", "--json"}).json()["items"].size() == 2);
  const auto stranger = desk.run({"rebuild", "case_list", "--url", "http://" + serving.address()});
  CHECK(stranger.exit == 6);
  CHECK(holds(stranger.err, "Acta-Token"));
}
