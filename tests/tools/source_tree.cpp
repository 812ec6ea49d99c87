#include "tests/tools/source_tree.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

namespace acta::test {
namespace {

namespace fs = std::filesystem;

const fs::path root = ACTA_SOURCE_DIR;
constexpr std::array<std::string_view, 3> not_ours = {"build", ".git", "LICENSE"};
constexpr std::array<std::string_view, 12> text_endings = {".h", ".cpp", ".in", ".fbs", ".yaml", ".md", ".py", ".txt", ".cmake", ".json", ".csv", ""};

bool is_text(const fs::path& path) {
  return std::find(text_endings.begin(), text_endings.end(), path.extension().string()) != text_endings.end();
}

// The golden ledger is bytes, whatever its files are called.
bool is_ours(const std::string& path) {
  const std::string top = path.substr(0, path.find('/'));
  return std::find(not_ours.begin(), not_ours.end(), top) == not_ours.end() && !path.starts_with("tests/golden/format-") && path.find("/node_modules/") == std::string::npos;
}

std::vector<SourceFile> read_all() {
  std::vector<SourceFile> out;
  for (const auto& item : fs::recursive_directory_iterator(root)) {
    const std::string path = fs::relative(item.path(), root).string();
    if (item.is_regular_file() && is_text(item.path()) && is_ours(path)) out.push_back(read_source(path));
  }
  std::sort(out.begin(), out.end(), [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return out;
}

std::vector<SourceFile> only_cpp(std::vector<SourceFile> files) {
  std::erase_if(files, [](const SourceFile& file) { return !file.is_header() && !file.path.ends_with(".cpp") && !file.path.ends_with(".cpp.in"); });
  return files;
}

}  // namespace

const std::vector<SourceFile>& text_files() {
  static const std::vector<SourceFile> all = read_all();
  return all;
}

const std::vector<SourceFile>& cpp_files() {
  static const std::vector<SourceFile> all = only_cpp(text_files());
  return all;
}

SourceFile read_source(const std::string& path) {
  SourceFile file{path, {}};
  std::ifstream in(root / path);
  REQUIRE_MESSAGE(in, path);
  for (std::string line; std::getline(in, line);) file.lines.push_back(line);
  return file;
}

Include include_in(std::string_view line) {
  constexpr std::string_view word = "#include ";
  if (!line.starts_with(word) || line.size() < word.size() + 2) return {};
  line.remove_prefix(word.size());
  const char end = line.front() == '"' ? '"' : '>';
  return {.name = std::string(line.substr(1, line.find(end, 1) - 1)), .own = end == '"'};
}

std::string joined(const Faults& faults) {
  std::string out;
  for (const std::string& fault : faults) out += fault + "\n";
  return out;
}

}  // namespace acta::test
