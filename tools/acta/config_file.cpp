#include <toml++/toml.h>

#include <filesystem>

#include "tools/acta/settings.h"

namespace acta::cli {
namespace {

Error at(const std::string& path, unsigned line, const std::string& what) { return error(Code::malformed, path + ":" + std::to_string(line) + ": " + what); }

Result<FileValue> value_of(const std::string& path, std::string_view key, const toml::node& node) {
  const unsigned line = node.source().begin.line;
  if (const auto* text = node.as_string()) return FileValue{text->get(), false, line};
  if (const auto* number = node.as_integer()) return FileValue{std::to_string(number->get()), true, line};
  return at(path, line, "`" + std::string(key) + "` takes a text in quotes or a whole number");
}

}  // namespace

Result<std::map<std::string, FileValue>> read_config_file(const std::string& path) {
  if (!std::filesystem::exists(path)) return error(Code::not_found, "there is no configuration file " + path);
  try {
    std::map<std::string, FileValue> out;
    for (const auto& [key, node] : toml::parse_file(path)) {
      ACTA_TRY(FileValue value, value_of(path, key.str(), node));
      out.emplace(std::string(key.str()), std::move(value));
    }
    return out;
  } catch (const toml::parse_error& failure) {
    return at(path, failure.source().begin.line, std::string(failure.description()));
  }
}

}  // namespace acta::cli
