#include <doctest/doctest.h>

#include "tests/tools/desk.h"
#include "tools/acta/settings.h"

using namespace acta::test;
using acta::cli::environment_name;
using acta::cli::Settings;
using acta::cli::settings_table;

namespace {

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

nlohmann::json setting(const Outcome& shown, const std::string& name) {
  const auto items = shown.json()["items"];
  for (const auto& item : items)
    if (item["name"] == name) return item;
  FAIL(name);
  return {};
}

void check_refused(const Desk& desk, const std::string& file, std::string_view sentence) {
  desk.write("acta.toml", file);
  for (const Words& words : {Words{"config", "check"}, {"cases"}, {"serve"}}) {
    const auto answer = desk.run(words);
    CHECK(answer.exit == 2);
    CHECK_MESSAGE(holds(answer.err, sentence), answer.err);
    CHECK(answer.out.empty());
  }
}

}  // namespace

TEST_CASE("settings: a flag goes before the environment, that before the file, that before the default") {
  const Desk desk;
  const Words show = {"config", "show", "--json"};
  CHECK(setting(desk.run(show), "workers")["value"] == 32);
  CHECK(setting(desk.run(show), "workers")["origin"] == "default");
  desk.write("acta.toml", "# ours\nworkers = 8\n");
  CHECK(setting(desk.run(show), "workers")["value"] == 8);
  CHECK(setting(desk.run(show), "workers")["origin"] == "acta.toml:2");
  const Surroundings environment{.environment = {{"ACTA_WORKERS", "9"}}};
  CHECK(setting(desk.run(show, environment), "workers")["value"] == 9);
  CHECK(setting(desk.run(show, environment), "workers")["origin"] == "ACTA_WORKERS");
  const auto flag = desk.run({"config", "show", "--json", "--workers", "10"}, environment);
  CHECK(setting(flag, "workers")["value"] == 10);
  CHECK(setting(flag, "workers")["origin"] == "--workers");
}

TEST_CASE("settings: an empty variable is one that nobody set") {
  const Desk desk;
  CHECK(setting(desk.run({"config", "show", "--json"}, {.environment = {{"ACTA_WORKERS", ""}}}), "workers")["origin"] == "default");
}

TEST_CASE("settings: the file is the one that is named, by flag before variable, and must then be there") {
  const Desk desk;
  desk.write("acta.toml", "workers = 8\n");
  desk.write("other.toml", "workers = 9\n");
  desk.write("third.toml", "workers = 10\n");
  const Surroundings environment{.environment = {{"ACTA_CONFIG", "other.toml"}}};
  CHECK(setting(desk.run({"config", "show", "--json"}, environment), "workers")["value"] == 9);
  CHECK(setting(desk.run({"config", "show", "--json", "--config", "third.toml"}, environment), "workers")["value"] == 10);
  const auto missing = desk.run({"config", "check", "--config", "nothing.toml"});
  CHECK(missing.exit == 2);
  CHECK(holds(missing.err, "there is no configuration file nothing.toml"));
}

TEST_CASE("settings: what is wrong in the file is told by file and line, to every verb") {
  const Desk desk;
  check_refused(desk, "\nlisten = \"127.0.0.1:0\"\nlisen = \"x\"\n", "acta.toml:3: there is no setting `lisen`; there are: data, ");
  check_refused(desk, "workers = \"eight\"\n", "acta.toml:1: workers is a number, without quotes");
  check_refused(desk, "listen = 7171\n", "acta.toml:1: listen is a text, in quotes");
  check_refused(desk, "workers = 0\n", "acta.toml:1: workers is a whole number from 1");
  check_refused(desk, "log-level = \"loud\"\n", "acta.toml:1: log-level is one of: debug info warning error");
  check_refused(desk, "data = [\"a\"]\n", "acta.toml:1: `data` takes a text in quotes or a whole number");
  check_refused(desk, "data = \"a\nb\"\n", "acta.toml:1: ");
}

TEST_CASE("settings: what is wrong in a flag or a variable is told by its name") {
  const Desk desk;
  const auto variable = desk.run({"config", "check"}, {.environment = {{"ACTA_LOG_FORMAT", "xml"}}});
  CHECK(variable.exit == 2);
  CHECK(holds(variable.err, "ACTA_LOG_FORMAT: log-format is one of: json text"));
  const auto flag = desk.run({"config", "check", "--workers", "many"});
  CHECK(flag.exit == 2);
  CHECK(holds(flag.err, "--workers: workers is a whole number"));
}

TEST_CASE("settings: `config check` says which file it read and how much is in it") {
  const Desk desk;
  CHECK(holds(desk.run({"config", "check"}).out, "There is no acta.toml here"));
  desk.write("acta.toml", "workers = 8\nlog-format = \"text\"\n");
  CHECK(desk.run({"config", "check"}).out == "acta.toml is in order: 2 settings.\n");
}

TEST_CASE("settings: keys and head file may lie elsewhere, for every verb") {
  const Desk desk;
  desk.write("acta.toml", "data = \"house\"\nkeys = \"safe.keys\"\nkek = \"safe.kek\"\nhead = \"safe.head\"\n");
  desk.init();
  for (const auto* name : {"house", "safe.keys", "safe.kek", "safe.head"}) CHECK(std::filesystem::exists(desk.path(name)));
  CHECK_FALSE(std::filesystem::exists(desk.path("house.keys")));
  desk.open_case();
  CHECK(desk.run({"doctor", "--listen", "127.0.0.1:0"}).exit == 0);
  CHECK(desk.run({"verify"}).exit == 0);
  const Serving serving(desk);
  CHECK(desk.run({"cases"}).exit == 0);
}

TEST_CASE("settings: the operators' document shows the table as it is") {
  const Desk desk;
  const std::string document = desk.shell("cat " ACTA_SOURCE_DIR "/docs/OPERATING.md").out;
  for (const auto& one : settings_table()) {
    const std::string standard = one.standard.empty() ? "" : "`" + std::string(one.standard) + "`";
    const std::string row = "| `" + std::string(one.name) + "` | `" + environment_name(one.name) + "` | " + standard + " | " + std::string(one.help) + " |";
    CHECK_MESSAGE(holds(document, row), row);
  }
}
