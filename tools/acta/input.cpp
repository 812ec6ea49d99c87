#include "tools/acta/input.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

namespace acta::cli {
namespace {

std::string all_of(std::istream& in) { return {std::istreambuf_iterator<char>(in), {}}; }

}  // namespace

Result<std::string> read_input(const std::string& path) {
  if (path == "-") return all_of(std::cin);
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return error(Code::not_found, path + " is a folder, a file is wanted.");
  std::ifstream file(path, std::ios::binary);
  if (!file) return error(Code::not_found, "cannot read " + path + ".");
  std::string text = all_of(file);
  if (file.bad()) return error(Code::unavailable, "reading " + path + " failed.");
  return text;
}

}  // namespace acta::cli
