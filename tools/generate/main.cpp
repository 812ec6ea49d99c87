// acta-generate --schemas DIR --processes DIR --contract FILE --pages DIR --out DIR: from binary schemas to what the build
// derives from them.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "tools/generate/output.h"

namespace acta::generate {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t schema_bytes_max = 49'152;  // an entry must hold it, with room to spare

struct Folders {
  fs::path schemas, processes, contract, pages, out;
};

Result<Folders> read_arguments(const std::vector<std::string>& words) {
  std::map<std::string, std::string> given;
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) given[words[i]] = words[i + 1];
  for (const auto* option : {"--schemas", "--processes", "--contract", "--pages", "--out"})
    if (given[option].empty()) return error(Code::malformed, std::string(option) + " is missing");
  return Folders{given["--schemas"], given["--processes"], given["--contract"], given["--pages"], given["--out"]};
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

// What the program serves as it is: the contract in both forms, page templates, the style sheet.
Result<std::vector<Named>> read_embedded(const Folders& folders, const Catalogue& catalogue) {
  const Bytes paths = read_file(folders.contract);
  const std::string yaml = contract_yaml(std::string(text_view(paths)), catalogue);
  ACTA_TRY(const std::string json, contract_json(yaml));
  std::vector<Named> files = {{"openapi.yaml", Bytes(yaml.begin(), yaml.end())}, {"openapi.json", Bytes(json.begin(), json.end())}};
  for (const std::string extension : {".html", ".css"})
    for (Named& file : read_folder(folders.pages, extension, "")) files.push_back({file.name + extension, std::move(file.bytes)});
  return files;
}

std::vector<Named> read_schemas(const fs::path& folder) {
  std::vector<Named> schemas = {{"ledger", read_file(folder / "ledger.bfbs")}, {"control", read_file(folder / "control.bfbs")}};
  for (Named& file : read_folder(folder / "facility", ".bfbs", "facility/")) schemas.push_back(std::move(file));
  return schemas;
}

Result<void> check_sizes(const std::vector<Named>& schemas) {
  for (const Named& schema : schemas)
    if (schema.bytes.empty() || schema.bytes.size() > schema_bytes_max) return error(Code::too_large, "schema " + schema.name + " is " + std::to_string(schema.bytes.size()) + " bytes; 1 to 49152 are allowed: split it by file");
  return {};
}

// An unchanged file keeps its time, so that nothing is built again for it.
Result<void> write_file(const fs::path& path, const std::string& text) {
  const Bytes before = read_file(path);
  if (text_view(before) == text) return {};
  std::ofstream out(path, std::ios::binary);
  out << text;
  return out.flush() ? Result<void>() : error(Code::unavailable, "cannot write " + path.string());
}

Result<void> run(const std::vector<std::string>& words) {
  ACTA_TRY(const Folders folders, read_arguments(words));
  const std::vector<Named> schemas = read_schemas(folders.schemas);
  const std::vector<Named> control = read_folder(folders.schemas / "control", ".bfbs", "control/");
  std::vector<Bytes> bytes;
  for (const auto* of : {&schemas, &control}) {
    ACTA_CHECK(check_sizes(*of));
    for (const Named& schema : *of) bytes.push_back(schema.bytes);
  }
  ACTA_TRY(const std::shared_ptr<const Catalogue> catalogue, Catalogue::from(std::move(bytes)));
  ACTA_CHECK(write_file(folders.out / "shipped.cpp", shipped_source(schemas, control, read_folder(folders.processes, ".yaml", ""))));
  ACTA_TRY(const std::vector<Named> embedded, read_embedded(folders, *catalogue));
  ACTA_CHECK(write_file(folders.out / "embedded.cpp", embedded_source(embedded)));
  for (const Named& file : embedded)
    if (file.name.starts_with("openapi.")) ACTA_CHECK(write_file(folders.out / file.name, std::string(text_view(file.bytes))));
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
