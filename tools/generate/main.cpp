// acta-generate --schemas DIR --processes DIR --out DIR: from binary schemas to what the build derives from them.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tools/generate/output.h"

namespace acta::generate {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t schema_bytes_max = 49'152;  // an entry must hold it, with room to spare

struct Folders {
  fs::path schemas, processes, out;
};

Result<Folders> read_arguments(std::vector<std::string> words) {
  Folders folders;
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    if (words[i] == "--schemas") folders.schemas = words[i + 1];
    if (words[i] == "--processes") folders.processes = words[i + 1];
    if (words[i] == "--out") folders.out = words[i + 1];
  }
  if (folders.schemas.empty() || folders.processes.empty() || folders.out.empty()) return error(Code::malformed, "usage: acta-generate --schemas DIR --processes DIR --out DIR");
  return folders;
}

Bytes read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// The files of a folder with this extension, by name; each is named after `prefix` and its stem.
std::vector<Named> read_folder(const fs::path& folder, const std::string& extension, const std::string& prefix) {
  std::vector<Named> files;
  if (!fs::exists(folder)) return files;
  for (const auto& item : fs::directory_iterator(folder))
    if (item.path().extension() == extension) files.push_back({prefix + item.path().stem().string(), read_file(item.path())});
  std::sort(files.begin(), files.end(), [](const Named& a, const Named& b) { return a.name < b.name; });
  return files;
}

Result<std::vector<Named>> read_schemas(const fs::path& folder) {
  std::vector<Named> schemas = {{"ledger", read_file(folder / "ledger.bfbs")}, {"control", read_file(folder / "control.bfbs")}};
  for (Named& file : read_folder(folder / "facility", ".bfbs", "facility/")) schemas.push_back(std::move(file));
  for (const Named& schema : schemas)
    if (schema.bytes.empty() || schema.bytes.size() > schema_bytes_max) return error(Code::too_large, "schema " + schema.name + " is " + std::to_string(schema.bytes.size()) + " bytes; 1 to 49152 are allowed: split it by file");
  return schemas;
}

// An unchanged file keeps its time, so that nothing is built again for it.
Result<void> write_file(const fs::path& path, const std::string& text) {
  const Bytes before = read_file(path);
  if (text_view(before) == text) return {};
  std::ofstream out(path, std::ios::binary);
  out << text;
  return out.flush() ? Result<void>() : error(Code::unavailable, "cannot write " + path.string());
}

Result<void> run(std::vector<std::string> words) {
  ACTA_TRY(const Folders folders, read_arguments(std::move(words)));
  ACTA_TRY(const std::vector<Named> schemas, read_schemas(folders.schemas));
  std::vector<Bytes> bytes;
  for (const Named& schema : schemas) bytes.push_back(schema.bytes);
  ACTA_TRY(const std::shared_ptr<const Catalogue> catalogue, Catalogue::from(std::move(bytes)));
  ACTA_CHECK(write_file(folders.out / "shipped.cpp", shipped_source(schemas, read_folder(folders.processes, ".yaml", ""))));
  ACTA_CHECK(write_file(folders.out / "components.json", components(*catalogue)));
  return write_file(folders.out / "events.md", event_reference(*catalogue));
}

}  // namespace
}  // namespace acta::generate

int main(int argc, char** argv) {
  const auto done = acta::generate::run({argv + 1, argv + argc});
  if (done) return 0;
  std::fprintf(stderr, "acta-generate: %s\n", done.error().message.c_str());
  return 1;
}
