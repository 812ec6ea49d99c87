#include "events/catalogue.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "tests/events/sample.h"

using namespace acta;

namespace {

namespace fs = std::filesystem;

// Compiles one table in a schema of its own, as the build does; gives the catalogue's answer.
Result<std::shared_ptr<const Catalogue>> catalogue_of(const std::string& tables) {
  const fs::path folder = fs::path(ACTA_BINARY_DIR) / "test_schemas" / "catalogue";
  fs::create_directories(folder);
  std::ofstream(folder / "one.fbs") << "include \"facility/common.fbs\";\nnamespace acta.one;\n" << tables << "\n";
  const std::string command = "flatc --schema --binary --bfbs-comments --bfbs-builtins -I " ACTA_SOURCE_DIR "/schemas -o " + folder.string() + " " + (folder / "one.fbs").string();
  REQUIRE(std::system(command.c_str()) == 0);
  std::ifstream in(folder / "one.bfbs", std::ios::binary);
  return Catalogue::from({Bytes(std::istreambuf_iterator<char>(in), {})});
}

// What the catalogue says of a field, put into an event that is right but for it.
std::string fault_of_field(const std::string& field) {
  const auto made = catalogue_of("enum Bad : ubyte { first = 0, second }\n/// It happened.\ntable Happened (fact, label: \"It\", retention: \"case\") {\n  who: acta.common.PersonId (id: 0);\n  " + field + "\n}");
  return made ? "" : made.error().message;
}

}  // namespace

TEST_CASE("catalogue: the shipped schemas hold every event type, each in its area") {
  std::set<std::string> areas;
  for (const EventType& type : shipped().types()) areas.insert(type.area);
  CHECK(areas == std::set<std::string>{"case", "control", "decision", "evaluation", "fiche", "implementation", "publication", "request"});
  CHECK(shipped().types().size() > 40);
  CHECK(shipped().find("FeeInvented") == nullptr);
}

TEST_CASE("catalogue: a type says what it is") {
  const EventType& type = event_type("RequestReceived");
  CHECK(type.label == "Request received");
  CHECK(type.doc.starts_with("A partner's request"));
  CHECK(type.nature == Nature::fact);
  CHECK(event_type("ActionApproved").nature == Nature::act);
  CHECK(type.retention == "case");
  CHECK(event_type("CommitmentReserved").irrevocable);
  CHECK(shipped().find("RequestReceived", type.schema) == &type);
  CHECK(shipped().find("RequestReceived", Hash{}) == nullptr);
}

TEST_CASE("catalogue: a field says what it may hold, and whose it is") {
  const Field& summary = *event_type("RequestReceived").table->find("summary");
  CHECK(summary.personal);
  CHECK(summary.of == "subject");
  CHECK(summary.retention == "case");
  CHECK(summary.characters_max == 4'000);
  const Field& countries = *event_type("RequestReceived").table->find("countries");
  CHECK(countries.list);
  CHECK(countries.items_max == 100);
  CHECK(countries.pattern == "^[A-Z]{2}$");
  CHECK(event_type("RequestReceived").table->find("theme")->values == std::vector<std::string>{"IMT", "LM", "MD", "IP", "HO"});
}

TEST_CASE("catalogue: a schema that breaks a rule of docs/SCHEMAS.md is refused, with type and field") {
  CHECK(fault_of_field("note: string (id: 1);").empty());
  const std::array<std::pair<const char*, const char*>, 11> wrong = {{
      {"note: string (id: 1, required);", "(required)"},
      {"count: int (id: 1);", "= null"},
      {"bad: Bad = first (id: 1);", "unset"},
      {"amount: double = null (id: 1);", "no floats"},
      {"note: string (id: 1, personal, of: \"nobody\");", "names no person field"},
      {"note: string (id: 1, personal);", "names no person field"},
      {"note: string (id: 1, of: \"who\");", "not personal"},
      {"note: string (id: 1, max: \"many\");", "`max`"},
      {"note: string (id: 1, pattern: \"[\");", "regular expression"},
      {"count: int = null (id: 1, pattern: \"1\");", "no text"},
      {"count: int = 7 (id: 1);", "= null"},
  }};
  for (const auto& [field, words] : wrong) {
    CAPTURE(field);
    const std::string fault = fault_of_field(field);
    CHECK(fault.find(words) != std::string::npos);
    CHECK(fault.find("Happened.") != std::string::npos);
  }
}

TEST_CASE("catalogue: an event without label, retention or comment is refused, and a name that stands twice") {
  CHECK_FALSE(catalogue_of("/// It.\ntable Happened (fact, retention: \"case\") { note: string (id: 0); }"));
  CHECK_FALSE(catalogue_of("/// It.\ntable Happened (fact, label: \"It\") { note: string (id: 0); }"));
  CHECK_FALSE(catalogue_of("table Happened (fact, label: \"It\", retention: \"case\") { note: string (id: 0); }"));
  CHECK_FALSE(catalogue_of("/// It.\ntable Happened (fact, act, label: \"It\", retention: \"case\") { note: string (id: 0); }"));
  CHECK_FALSE(catalogue_of("/// It.\ntable Happened (fact, label: \"It\", retention: \"case\") { note: string (id: 0); }\nnamespace acta.two;\n/// It.\ntable Happened (fact, label: \"It\", retention: \"case\") { note: string (id: 0); }"));
}

TEST_CASE("catalogue: bytes that are no schema are refused") {
  CHECK_FALSE(Catalogue::from({Bytes{}}));
  CHECK_FALSE(Catalogue::from({Bytes(100, 0x41)}));
}
