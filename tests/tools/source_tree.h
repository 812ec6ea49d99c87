#pragma once
// The repository as text, for the tests that read it. A fault names file and line.

#include <string>
#include <string_view>
#include <vector>

namespace acta::test {

struct SourceFile {
  std::string path;                 // from the root of the repository
  std::vector<std::string> lines;

  std::string at(std::size_t line) const { return path + ":" + std::to_string(line + 1) + ": "; }  // line: index
  std::string folder() const { return path.substr(0, path.find('/')); }
  bool is_header() const { return path.ends_with(".h"); }
};

// All C++ of our own, in the order of its paths.
const std::vector<SourceFile>& cpp_files();
// Every text file that is ours: code, schemas, scripts, documents; nothing that is built.
const std::vector<SourceFile>& text_files();
SourceFile read_source(const std::string& path);

struct Include {
  std::string name;
  bool own = false;                 // between quotes
};
// What the line includes; an empty name when it includes nothing.
Include include_in(std::string_view line);

using Faults = std::vector<std::string>;
std::string joined(const Faults& faults);  // one a line

}  // namespace acta::test
