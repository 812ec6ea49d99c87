#pragma once
// Files of a stopped or copied folder, read and put back by hand.

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "events/bytes.h"

namespace acta {

inline Bytes content(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write(const std::filesystem::path& path, ByteView bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

// The file with content whose name holds `part`.
inline std::string file_in(const std::string& folder, std::string_view part) {
  for (const auto& item : std::filesystem::directory_iterator(folder)) {
    const std::string name = item.path().filename().string();
    if (name.find(part) != std::string::npos && std::filesystem::file_size(item.path()) > 0) return item.path().string();
  }
  FAIL("no file " << part << " in " << folder);
  return {};
}

}  // namespace acta
