#pragma once
// What can be set, in one table: flags, environment, acta.toml, help and docs/OPERATING.md all come from it.

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "events/result.h"

namespace acta::cli {

struct Setting {
  enum class Kind : std::uint8_t { text, number, choice };
  std::string_view name;          // --NAME, NAME in acta.toml
  std::string_view standard;      // the value when nobody gives one
  std::string_view help;
  Kind kind = Kind::text;
  std::string_view choices = {};  // words between spaces
  bool of_server = false;         // means something to `serve`, `demo` and `doctor` only
};
std::span<const Setting> settings_table();
std::string environment_name(std::string_view name);  // log-level: ACTA_LOG_LEVEL

inline constexpr const char* config_file_standard = "acta.toml";

struct SettingSources {
  std::map<std::string, std::string> flags;                              // by name, as typed; --config under "config"
  std::function<const char*(const char*)> environment;                   // as ::getenv
};

// A flag goes before the environment, that before the file, that before the standard value. Immutable.
class Settings {
 public:
  // The file is --config, else ACTA_CONFIG, else acta.toml in the working directory where there is one. Error: malformed,
  // naming the file and the line, the variable or the flag; not_found for a file that was named.
  static Result<Settings> resolve(const SettingSources& sources);

  const std::string& text(std::string_view name) const;
  std::uint64_t number(std::string_view name) const;
  // Where the value comes from: `--data`, `ACTA_DATA`, `acta.toml:3`; empty: nobody gave one.
  const std::string& origin(std::string_view name) const;
  const std::string& file() const { return file_; }                      // empty: none was read
  std::size_t from_file() const;                                         // how many values it gave, used or not

 private:
  struct Value {
    std::string text, origin;
  };
  const Value& value(std::string_view name) const;
  std::map<std::string, Value, std::less<>> values_;
  std::string file_;
  std::size_t from_file_ = 0;
};

// key -> value and line. Error: malformed, not_found.
struct FileValue {
  std::string text;
  bool number = false;
  unsigned line = 0;
};
Result<std::map<std::string, FileValue>> read_config_file(const std::string& path);

}  // namespace acta::cli
