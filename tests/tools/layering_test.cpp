// Dependencies point one way, and what must stay absent is absent (docs/ARCHITECTURE.md "Boundaries").

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <regex>
#include <set>

#include "tests/tools/source_tree.h"

using namespace acta::test;

namespace {

// Each may use itself and those before it.
constexpr std::array<std::string_view, 7> layers = {"schemas", "events", "engine", "projections", "api", "tools", "tests"};

std::optional<std::size_t> layer_of(std::string_view path) {
  const auto found = std::find(layers.begin(), layers.end(), path.substr(0, path.find('/')));
  if (found == layers.end()) return std::nullopt;
  return static_cast<std::size_t>(found - layers.begin());
}

Faults each_include(const std::vector<SourceFile>& files, const std::function<std::string(const SourceFile&, const Include&)>& fault_of) {
  Faults faults;
  for (const SourceFile& file : files)
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const Include include = include_in(file.lines[i]);
      if (include.name.empty()) continue;
      if (const std::string fault = fault_of(file, include); !fault.empty()) faults.push_back(file.at(i) + fault);
    }
  return faults;
}

Faults each_line(const std::vector<SourceFile>& files, const std::function<std::string(const SourceFile&, const std::string&)>& fault_of) {
  Faults faults;
  for (const SourceFile& file : files)
    for (std::size_t i = 0; i < file.lines.size(); ++i)
      if (const std::string fault = fault_of(file, file.lines[i]); !fault.empty()) faults.push_back(file.at(i) + fault);
  return faults;
}

// --- the rules

Faults upward_includes(const std::vector<SourceFile>& files) {
  return each_include(files, [](const SourceFile& file, const Include& include) -> std::string {
    const auto from = layer_of(file.path), to = layer_of(include.name);
    if (!from || !to || *to <= *from) return "";
    return file.folder() + " must not use " + include.name;
  });
}

// The generator runs before there is an engine.
Faults generator_includes(const std::vector<SourceFile>& files) {
  return each_include(files, [](const SourceFile& file, const Include& include) -> std::string {
    const bool allowed = !include.own || include.name.starts_with("events/") || include.name.starts_with("tools/generate/");
    return !file.path.starts_with("tools/generate/") || allowed ? "" : "the generator uses events alone, not " + include.name;
  });
}

// The ledger knows no event type, no process, no key: what it keeps follows from envelope and effect. Only verify reads
// the control events, to know origin, key and schemas from entry 0 on, and judges the time stamps among them.
Faults ledger_includes(const std::vector<SourceFile>& files) {
  return each_include(files, [](const SourceFile& file, const Include& include) -> std::string {
    if (!file.path.starts_with("engine/ledger/") || !include.name.starts_with("engine/")) return "";
    if (include.name.starts_with("engine/ledger/") || include.name == "engine/case_state.h" || include.name == "engine/disk.h" || include.name == "engine/random.h") return "";
    if ((include.name == "engine/control_events.h" || include.name.starts_with("engine/anchor/")) && file.path.starts_with("engine/ledger/verify")) return "";
    return "the ledger must not use " + include.name;
  });
}

struct Confined {
  std::string_view prefix;              // of included names
  std::vector<std::string_view> files;  // that may include it; a folder ends in /
};

bool holds_place(const Confined& rule, std::string_view path) {
  return std::any_of(rule.files.begin(), rule.files.end(), [&](std::string_view place) { return place.ends_with('/') ? path.starts_with(place) : path == place; });
}

// What each library is for, and who alone may know it.
const std::vector<Confined> confined = {
    {"boost/beast", {"tools/bench/floor/beast_reply.cpp"}},
    {"boost/", {"tools/bench/floor/beast_reply.cpp", "api/server.cpp", "api/connection.cpp", "api/connection.h", "api/feed_sender.cpp", "api/feed_sender.h", "api/stream.cpp", "api/stream.h"}},
    {"httplib.h", {"tools/bench/floor/httplib_reply.cpp", "api/matcher.cpp", "api/outgoing.cpp", "tools/acta/socket_transport.cpp"}},
    {"rocksdb/", {"engine/", "projections/view_store.cpp", "projections/subscriptions.cpp", "projections/subscription_file.cpp", "tools/acta/server_file.cpp", "tools/acta/backup.cpp", "tools/acta/key_backup.cpp", "tools/acta/recover.cpp", "tools/acta/ledger_copy.cpp", "tools/acta/tiles.cpp", "tools/acta/examination.cpp", "tools/bench/ledger_load/floors.cpp", "tests/"}},
    {"nlohmann/json.hpp", {"events/", "projections/subscription_file.cpp", "api/", "tools/", "tests/"}},
    {"yaml-cpp/", {"engine/process/yaml_tree.cpp", "tools/generate/contract.cpp"}},
    {"kainjow/", {"api/page.cpp"}},
    {"CLI/", {"tools/acta/command_line.cpp"}},
    {"sodium.h", {"engine/", "tools/acta/import_source.cpp", "tests/"}},
    {"spdlog/spdlog.h", {"events/log.h"}},
    {"openssl/", {"events/sha256.cpp", "engine/anchor/time_stamp.cpp", "engine/backup/hashed_copy.cpp", "api/tls.cpp", "tests/"}},
    {"schemas/ledger_generated.h", {"events/envelope_encode.cpp", "events/envelope_decode.cpp", "tests/"}},
    {"schemas/control", {"engine/control_events.cpp", "tests/"}},
    {"flatbuffers/", {"events/", "engine/control_events.cpp", "tests/"}},
};

Faults escaped_includes(const std::vector<SourceFile>& files) {
  return each_include(files, [](const SourceFile& file, const Include& include) -> std::string {
    const auto rule = std::find_if(confined.begin(), confined.end(), [&](const Confined& one) { return include.name.starts_with(one.prefix); });
    return rule == confined.end() || holds_place(*rule, file.path) ? "" : include.name + " has no place here";
  });
}

// Headers bring no library with them, but for these: shared by the files of one folder only, or a mere declaration.
const std::vector<Confined> allowed_in_headers = {
    {"nlohmann/json_fwd.hpp", {"events/json.h", "tools/acta/json_text.h"}},
    {"nlohmann/json.hpp", {"events/json_library.h", "tools/demo/", "tests/"}},
    {"flatbuffers/", {"events/catalogue_reader.h", "events/table_reader.h", "events/stored_type.h"}},
    {"rocksdb/", {"engine/ledger/store.h", "engine/ledger/ledger_impl.h", "engine/ledger/verify_impl.h", "tests/"}},
    {"spdlog/spdlog.h", {"events/log.h"}},
    {"boost/asio/", {"api/connection.h", "api/feed_sender.h", "api/stream.h"}},
    {"doctest/", {"tests/"}},
};

// Of the language, or of the system.
bool is_standard(const Include& include) {
  const bool plain = include.name.find('/') == std::string::npos;
  return plain && (!include.name.ends_with(".h") || include.name == "signal.h" || include.name == "unistd.h");
}

Faults heavy_headers(const std::vector<SourceFile>& files) {
  return each_include(files, [](const SourceFile& file, const Include& include) -> std::string {
    if (!file.is_header() || include.own || is_standard(include)) return "";
    const auto rule = std::find_if(allowed_in_headers.begin(), allowed_in_headers.end(), [&](const Confined& one) { return include.name.starts_with(one.prefix); });
    return rule != allowed_in_headers.end() && holds_place(*rule, file.path) ? "" : "a header must not bring " + include.name + " with it";
  });
}

struct Absence {
  std::string_view folder;              // where the rule holds; empty: everywhere
  std::vector<std::string_view> but;    // except there
  std::string pattern, why;
};

const std::vector<Absence> absences = {
    {"", {"engine/", "tests/"}, R"(\b(Sequencer|Decider|Intake|submit_own|write_own|store_checkpoint)\b|[.>]stage\()", "Engine::record is the only write"},
    {"", {"engine/", "tests/"}, R"(\bLedger::open\b.*Access::write)", "Engine::record is the only write"},
    {"projections/", {}, R"([.>](record|confirm_clock)\()", "a projection never appends"},
    {"projections/", {"projections/runner.cpp"}, R"(\b(WallClock|system_clock|Clock&)|[.>]clock\(\))", "a projection never reads a clock"},
    {"engine/", {"engine/clock.cpp"}, R"(\bsystem_clock\b|\bclock_gettime\b)", "time comes in through engine/clock.h"},
    {"events/", {}, R"(\bsystem_clock\b|\bclock_gettime\b)", "time comes in through engine/clock.h"},
    {"engine/", {"engine/random.cpp"}, R"(\brandombytes|\brandom_device\b|\bmt19937)", "randomness comes in through engine/random.h"},
    {"engine/", {}, R"(\bJson\b|\bjson::)", "the engine knows no JSON text"},
    {"api/", {}, R"(\b(DB::Open|Engine::open|Engine::create|Views::open)\b)", "the api opens no database"},
};

Faults present(const std::vector<SourceFile>& files) {
  std::vector<std::regex> patterns;
  for (const Absence& rule : absences) patterns.emplace_back(rule.pattern);
  return each_line(files, [&](const SourceFile& file, const std::string& line) -> std::string {
    const std::string code = line.substr(0, line.find("//"));
    for (std::size_t i = 0; i < absences.size(); ++i) {
      const Absence& rule = absences[i];
      const bool excepted = std::any_of(rule.but.begin(), rule.but.end(), [&](std::string_view place) { return file.path.starts_with(place); });
      if (file.path.starts_with(rule.folder) && !excepted && std::regex_search(code, patterns[i])) return rule.why;
    }
    return "";
  });
}

// --- event types

// Tables that say `act` or `fact` are event types; the others are parts of them.
std::set<std::string> facility_events() {
  std::set<std::string> names;
  const std::regex table(R"(^table (\w+) *\((act|fact)\b.*)");
  for (const SourceFile& file : text_files()) {
    if (!file.path.starts_with("schemas/facility/")) continue;
    for (const std::string& line : file.lines)
      if (std::smatch found; std::regex_match(line, found, table)) names.insert(found[1]);
  }
  return names;
}

bool may_name_events(std::string_view path) {
  return path.starts_with("projections/") || path.starts_with("tools/demo/") || path.starts_with("tests/");
}

Faults named_events(const std::vector<SourceFile>& files, const std::set<std::string>& events) {
  const std::regex word(R"([A-Za-z_]\w*)");
  return each_line(files, [&](const SourceFile& file, const std::string& line) -> std::string {
    if (may_name_events(file.path)) return "";
    for (auto at = std::sregex_iterator(line.begin(), line.end(), word); at != std::sregex_iterator(); ++at)
      if (events.contains(at->str())) return "names the facility event " + at->str();
    return "";
  });
}

void check_none(const Faults& faults) { CHECK_MESSAGE(faults.empty(), joined(faults)); }

SourceFile planted(std::string path, std::string line) { return {std::move(path), {"#pragma once", std::move(line)}}; }

}  // namespace

TEST_CASE("layering: includes point from tools to api to projections to engine to events, never back") { check_none(upward_includes(cpp_files())); }
TEST_CASE("layering: the generator uses events alone") { check_none(generator_includes(cpp_files())); }
TEST_CASE("layering: the ledger knows no event type, process or key") { check_none(ledger_includes(cpp_files())); }
TEST_CASE("layering: each library is known where it is needed and nowhere else") { check_none(escaped_includes(cpp_files())); }
TEST_CASE("layering: headers bring no library with them") { check_none(heavy_headers(cpp_files())); }
TEST_CASE("layering: one door for writes, one for time, one for randomness") { check_none(present(cpp_files())); }

TEST_CASE("layering: facility events are named in projections, in the sample and in tests only") {
  const auto events = facility_events();
  CHECK(events.size() > 40);
  CHECK(events.contains("RequestReceived"));
  check_none(named_events(cpp_files(), events));
}

TEST_CASE("layering: all code is looked at") {
  std::set<std::string> folders;
  for (const SourceFile& file : cpp_files()) folders.insert(file.folder());
  CHECK(folders == std::set<std::string>{"events", "engine", "projections", "api", "tools", "tests"});
  CHECK(cpp_files().size() > 200);
}

TEST_CASE("layering: each rule bites, with file and line") {
  const auto only = [](const Faults& faults, std::string_view place) {
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].starts_with(place));
  };
  only(upward_includes({planted("engine/x.cpp", "#include \"api/http.h\"")}), "engine/x.cpp:2: engine must not use api/http.h");
  only(upward_includes({planted("events/x.h", "#include \"engine/engine.h\"")}), "events/x.h:2: ");
  only(generator_includes({planted("tools/generate/x.cpp", "#include \"engine/engine.h\"")}), "tools/generate/x.cpp:2: ");
  only(ledger_includes({planted("engine/ledger/x.cpp", "#include \"engine/control_events.h\"")}), "engine/ledger/x.cpp:2: ");
  only(ledger_includes({planted("engine/ledger/verify_x.cpp", "#include \"engine/process/chart.h\"")}), "engine/ledger/verify_x.cpp:2: ");
  only(escaped_includes({planted("api/router.cpp", "#include <boost/beast/http.hpp>")}), "api/router.cpp:2: ");
  only(escaped_includes({planted("api/server.h", "#include <httplib.h>")}), "api/server.h:2: ");
  only(escaped_includes({planted("engine/x.cpp", "#include <nlohmann/json.hpp>")}), "engine/x.cpp:2: ");
  only(heavy_headers({planted("api/x.h", "#include <rocksdb/db.h>")}), "api/x.h:2: ");
  only(present({planted("api/x.cpp", "  ledger.stage(entries, batch);")}), "api/x.cpp:2: Engine::record is the only write");
  only(present({planted("projections/x.cpp", "  const auto now = engine.clock().now();")}), "projections/x.cpp:2: ");
  only(present({planted("engine/x.cpp", "  std::chrono::system_clock::now();")}), "engine/x.cpp:2: ");
  only(named_events({planted("api/x.cpp", "  if (type == \"FeePaid\")")}, {"FeePaid"}), "api/x.cpp:2: names the facility event FeePaid");
  CHECK(named_events({planted("tools/demo/x.cpp", "\"FeePaid\"")}, {"FeePaid"}).empty());
  CHECK(ledger_includes({planted("engine/ledger/verify_x.cpp", "#include \"engine/control_events.h\"")}).empty());
}
