// What a reader should not have to wonder about.

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "tests/tools/source_tree.h"

using namespace acta::test;
namespace fs = std::filesystem;

namespace {

enum class As : std::uint8_t { call, word };

struct Banned {
  std::vector<std::string_view> names;
  As as = As::call;                     // a call only with its ( behind it
  std::string instead;
  std::vector<std::string_view> but;    // files and folders that may
};

const std::vector<Banned> banned = {
    {{"endl"}, As::word, "\"\\n\", and std::flush where it has to be seen", {}},
    {{"printf", "fprintf", "vprintf", "vfprintf", "puts"}, As::call, "streams, or spdlog", {"events/assert.cpp", "tools/generate/main.cpp"}},
    {{"snprintf", "vsnprintf"}, As::call, "fmt or std::to_string", {"events/time.cpp", "engine/ledger/store.cpp", "tests/"}},
    {{"strcpy", "strcat", "strtok", "sprintf", "vsprintf", "gets", "alloca"}, As::call, "std::string", {}},
    {{"atoi", "atol", "atof", "strtol", "strtoul", "strtod"}, As::call, "std::from_chars", {}},
    {{"stoi", "stol", "stoul", "stoull", "stod"}, As::call, "std::from_chars: these throw", {"tests/"}},
    {{"rand", "srand"}, As::call, "engine/random.h", {}},
    {{"system", "popen"}, As::call, "no shell is ever started", {"tests/"}},
    {{"assert"}, As::call, "ACTA_ASSERT: it stays on", {}},
    {{"throw"}, As::word, "Result<T>", {"engine/process/yaml_tree.cpp", "tools/bench/", "tests/"}},
    {{"dynamic_cast", "auto_ptr"}, As::word, "plain types", {"tests/"}},
    {{"detach"}, As::call, "a thread that somebody joins", {}},
    {{"signal"}, As::call, "tools/acta/stop_signals.h", {"tools/acta/main.cpp"}},
};

// Split, so that this file does not hold what it looks for.
const std::regex unfinished("\\b(TO" "DO|FIX" "ME|X" "XX|HA" "CK)\\b");
const std::regex machine_path("(^|[^A-Za-z0-9_.])/(home|root|wo" "rk)/");

bool may(const Banned& rule, const std::string& path) {
  return std::any_of(rule.but.begin(), rule.but.end(), [&](std::string_view place) { return place.ends_with('/') ? path.starts_with(place) : path == place; });
}

// Without comments and without what stands between quotes.
std::string code_of(const std::string& line) {
  std::string out;
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (!quoted && line.compare(i, 2, "//") == 0) break;
    if (quoted && line[i] == '\\') ++i;
    else if (line[i] == '"') quoted = !quoted;
    else if (!quoted) out += line[i];
  }
  return out;
}

bool in_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

// Calls visit with each name of the line and whether it is called.
template <class Visit>
void each_name(std::string_view code, const Visit& visit) {
  while (!code.empty()) {
    const auto begin = std::find_if(code.begin(), code.end(), in_name);
    const auto end = std::find_if_not(begin, code.end(), in_name);
    if (begin != end) visit(std::string_view(begin, end), end != code.end() && *end == '(');
    code = std::string_view(end, code.end());
  }
}

std::string fault_of(const std::string& path, std::string_view name, bool called) {
  for (const Banned& rule : banned)
    if ((called || rule.as == As::word) && std::find(rule.names.begin(), rule.names.end(), name) != rule.names.end() && !may(rule, path)) return "use " + rule.instead;
  return "";
}

Faults banned_in(const std::vector<SourceFile>& files) {
  Faults faults;
  for (const SourceFile& file : files)
    for (std::size_t i = 0; i < file.lines.size(); ++i)
      each_name(code_of(file.lines[i]), [&](std::string_view name, bool called) {
        if (const std::string fault = fault_of(file.path, name, called); !fault.empty()) faults.push_back(file.at(i) + fault);
      });
  return faults;
}

Faults matching(const std::vector<SourceFile>& files, const std::regex& pattern, const std::string& why) {
  Faults faults;
  for (const SourceFile& file : files)
    for (std::size_t i = 0; i < file.lines.size(); ++i)
      if (std::regex_search(file.lines[i], pattern)) faults.push_back(file.at(i) + why);
  return faults;
}

bool is_document(const SourceFile& file) { return file.path.ends_with(".md"); }

// Files of this repository that a document names, in a link or between backticks, and that are not there.
Faults dead_names(const std::vector<SourceFile>& files) {
  const std::regex link(R"(\]\(([^)#:]+)(#[^)]*)?\))");
  const std::regex path(R"(`((schemas|events|engine|projections|api|tools|tests|docs|data)/[\w./-]+\.\w+)`)");
  Faults faults;
  for (const SourceFile& file : files)
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const std::string& line = file.lines[i];
      const fs::path here = fs::path(ACTA_SOURCE_DIR) / fs::path(file.path).parent_path();
      for (auto at = std::sregex_iterator(line.begin(), line.end(), link); at != std::sregex_iterator(); ++at)
        if (!fs::exists(here / (*at)[1].str())) faults.push_back(file.at(i) + (*at)[1].str() + " is not there");
      for (auto at = std::sregex_iterator(line.begin(), line.end(), path); at != std::sregex_iterator(); ++at)
        if (!fs::exists(fs::path(ACTA_SOURCE_DIR) / (*at)[1].str())) faults.push_back(file.at(i) + (*at)[1].str() + " is not there");
    }
  return faults;
}

std::vector<SourceFile> documents() {
  std::vector<SourceFile> out;
  std::copy_if(text_files().begin(), text_files().end(), std::back_inserter(out), is_document);
  return out;
}

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE_MESSAGE(in, path.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

void check_none(const Faults& faults) { CHECK_MESSAGE(faults.empty(), joined(faults)); }

}  // namespace

TEST_CASE("tidy: every decision is linked in the architecture") {
  const std::string architecture = text_of(ACTA_SOURCE_DIR "/docs/ARCHITECTURE.md");
  Faults faults;
  for (const auto& item : fs::directory_iterator(ACTA_SOURCE_DIR "/docs/adr"))
    if (const std::string name = item.path().filename().string(); architecture.find("(adr/" + name + ")") == std::string::npos) faults.push_back("docs/adr/" + name + " is not linked");
  check_none(faults);
}

TEST_CASE("tidy: the event reference in docs is the one the schemas give") {
  CHECK_MESSAGE(text_of(ACTA_SOURCE_DIR "/docs/events.md") == text_of(ACTA_BINARY_DIR "/generated/events.md"), "copy generated/events.md of the build folder to docs/events.md");
}

TEST_CASE("tidy: files that a document names are there") { check_none(dead_names(documents())); }
TEST_CASE("tidy: no banned call") { check_none(banned_in(cpp_files())); }
TEST_CASE("tidy: nothing is left for later") { check_none(matching(text_files(), unfinished, "is it finished?")); }
TEST_CASE("tidy: no path of one machine") { check_none(matching(text_files(), machine_path, "another machine has no such path")); }

TEST_CASE("tidy: headers are read once and declare no namespace for others") {
  Faults faults;
  for (const SourceFile& file : cpp_files()) {
    if (!file.is_header()) continue;
    if (file.lines.empty() || file.lines[0] != "#pragma once") faults.push_back(file.at(0) + "begins with #pragma once");
    for (std::size_t i = 0; i < file.lines.size(); ++i)
      if (file.lines[i].starts_with("using namespace")) faults.push_back(file.at(i) + "a header brings no namespace with it");
  }
  check_none(faults);
}

TEST_CASE("tidy: lines end where they end") { check_none(matching(cpp_files(), std::regex("[ \t]$|\t"), "trailing space, or a tab")); }

TEST_CASE("tidy: each rule bites, with file and line") {
  const auto one = [](const Faults& faults) { return faults.size() == 1 && faults[0].starts_with("api/x.cpp:1: "); };
  for (const auto* line : {"std::cout << std::endl;", "printf(x);", "std::fprintf(stderr, x);", "atoi(x)", "std::stoi(x)", "system(x);", "assert(x);", "throw x;", "thread.detach();", "std::rand()",
                           "std::signal(SIGTERM, stop);"})
    CHECK_MESSAGE(one(banned_in({{"api/x.cpp", {line}}})), line);
  for (const auto* line : {"// printf(x)", "\"printf(x)\"", "static_assert(x);", "ACTA_ASSERT(x);", "fmt::format(x)", "subsystem(x)"}) CHECK_MESSAGE(banned_in({{"api/x.cpp", {line}}}).empty(), line);
  CHECK(one(matching({{"api/x.cpp", {std::string("// TO") + "DO later"}}}, unfinished, "")));
  CHECK(one(matching({{"api/x.cpp", {std::string("/ho") + "me/ada/x"}}}, machine_path, "")));
  CHECK(one(dead_names({{"api/x.cpp", {"see [this](nothing.md)"}}})));
  CHECK(one(dead_names({{"api/x.cpp", {"see `docs/nothing.md`"}}})));
}
