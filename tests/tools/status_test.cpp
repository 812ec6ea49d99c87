#include <doctest/doctest.h>

#include <regex>

#include "tests/tools/desk.h"

using namespace acta::test;

namespace {

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("status: of a folder that nobody serves it tells the ledger, and that nobody serves it") {
  const Desk desk;
  desk.init();
  const auto answer = desk.run({"status"});
  CHECK(answer.exit == 0);
  for (const auto* part : {"facility", "Desk facility", "11 entries", "up to entry 11, all", "none runs on this folder", "writes", "open", "up to date", "MiB free", "\nReady.\n"}) CHECK_MESSAGE(holds(answer.out, part), part);
}

TEST_CASE("status: of a server it tells where it is, since when, and what it holds open") {
  const Desk desk;
  desk.init();
  const Serving serving(desk);
  desk.open_case();
  CHECK(desk.run({"subscriptions", "create", "warehouse", "--as", "reports.example"}).exit == 0);
  const auto answer = desk.run({"status"});
  CHECK(answer.exit == 0);
  CHECK(std::regex_search(answer.out, std::regex(" 0 open, [1-9][0-9]* connections")));   // those of earlier commands may still be leaving
  CHECK(holds(answer.out, "subscription warehouse  12 entries not acknowledged, the oldest for "));
  CHECK(holds(answer.out, "http://" + serving.address() + ", process " + std::to_string(serving.pid()) + ", up for "));
  const auto status = desk.run({"status", "--json"}).json();
  CHECK(status["ledger"]["size"] == 12);
  CHECK(status["server"]["pid"] == serving.pid());
  CHECK(status["feeds"]["lag"]["entries"] == 0);
  CHECK(status["server"]["connections"].get<int>() >= 1);
  CHECK(status["ready"] == true);
}

TEST_CASE("status: a server that may not write is not well, and says why") {
  const Desk desk;
  desk.init();
  const Serving serving(desk, {"serve", "--listen", "127.0.0.1:0", "--free-space-min", "1000000000"});
  const auto answer = desk.run({"status"});
  CHECK(answer.exit == 1);
  CHECK(holds(answer.out, "Wrong: disk: only "));
  CHECK(holds(answer.out, "\nNot ready.\n"));
  CHECK(desk.run({"cases"}).exit == 0);
  const auto doctor = desk.run({"doctor", "--listen", serving.address()});
  CHECK(doctor.exit == 1);
  CHECK(holds(doctor.out, "server: not ready: disk: only "));
}

TEST_CASE("status: without a ledger it says what makes one") {
  const Desk desk;
  const auto answer = desk.run({"status"});
  CHECK(answer.exit == 5);
  CHECK(holds(answer.err, "`acta init` makes one"));
}
