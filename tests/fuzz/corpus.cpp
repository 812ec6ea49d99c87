#include "tests/fuzz/corpus.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "events/assert.h"

namespace acta::fuzz {
namespace {

namespace fs = std::filesystem;

Bytes read_input(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  ACTA_ASSERT(file.is_open());
  std::string content(std::istreambuf_iterator<char>(file), {});
  if (path.extension() != ".hex") return bytes_of(content);
  std::erase_if(content, [](char c) { return c == '\n' || c == ' '; });
  const auto bytes = from_hex(content);
  ACTA_ASSERT(bytes);
  return *bytes;
}

std::vector<fs::path> files_at(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> files;
  for (const auto& file : fs::directory_iterator(path)) files.push_back(file.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::vector<Bytes> read_corpus(const std::vector<std::string>& paths) {
  std::vector<Bytes> corpus;
  for (const std::string& path : paths)
    for (const fs::path& file : files_at(path)) corpus.push_back(read_input(file));
  ACTA_ASSERT(!corpus.empty());
  return corpus;
}

}  // namespace acta::fuzz
