#include "tools/acta/settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include "events/assert.h"

namespace acta::cli {
namespace {

using Kind = Setting::Kind;

constexpr std::array table = {
    Setting{.name = "data", .standard = "./acta-data", .help = "data folder; keys and head file lie beside it"},
    Setting{.name = "keys", .standard = "", .help = "key folder; beside the data folder, NAME.keys"},
    Setting{.name = "kek", .standard = "", .help = "key-encryption key; beside the data folder, NAME.kek"},
    Setting{.name = "head", .standard = "", .help = "head file, best on another disk; beside the data folder, NAME.head"},
    Setting{.name = "url", .standard = "", .help = "ask this server instead of the folder"},
    Setting{.name = "as", .standard = "", .help = "your handle: 1 to 64 of A-Za-z0-9._-; reading works without, as `local`"},
    Setting{.name = "role", .standard = "", .help = "the role you act in"},
    Setting{.name = "log-level", .standard = "info", .help = "least that is logged; other verbs than `serve` log warnings unless it is given", .kind = Kind::choice, .choices = "debug info warning error"},
    Setting{.name = "log-format", .standard = "json", .help = "log lines as JSON or as text", .kind = Kind::choice, .choices = "json text"},
    Setting{.name = "listen", .standard = "127.0.0.1:7171", .help = "HOST:PORT; port 0 takes any free one", .of_server = true},
    Setting{.name = "tls-cert", .standard = "", .help = "certificate in PEM, with what links it to its authority; makes it HTTPS", .of_server = true},
    Setting{.name = "tls-key", .standard = "", .help = "its private key in PEM, for the owner only; SIGHUP reads both again", .of_server = true},
    Setting{.name = "witness-policy", .standard = "", .help = "file that says which witnesses are asked to cosign, and how many are enough (C2SP tlog-policy)", .of_server = true},
    Setting{.name = "timestamp-url", .standard = "", .help = "time-stamp server (RFC 3161) that is asked to stamp what was signed; http:// or https://", .of_server = true},
    Setting{.name = "timestamp-ca", .standard = "", .help = "authorities in PEM that a time stamp has to lead to; what others signed is not recorded", .of_server = true},
    Setting{.name = "timestamp-policy", .standard = "", .help = "OID that it has to be under; the server's own choice if not given", .of_server = true},
    Setting{.name = "timestamp-every", .standard = "3600", .help = "seconds between two time stamps, at least; none is asked for while nothing new was recorded", .kind = Kind::number, .of_server = true},
    Setting{.name = "outside-ca", .standard = "", .help = "authorities in PEM, trusted when the server itself asks over https; those of the system if not given", .of_server = true},
    Setting{.name = "workers", .standard = "32", .help = "threads that answer requests when those of the sockets (one more than cores) are busy", .kind = Kind::number, .of_server = true},
    Setting{.name = "connections-max", .standard = "4096", .help = "connections at once; one more is answered 503", .kind = Kind::number, .of_server = true},
    Setting{.name = "pipelined-max", .standard = "32", .help = "requests of one connection answered in a row before others have their turn", .kind = Kind::number, .of_server = true},
    Setting{.name = "free-space-min", .standard = "512", .help = "MiB that must stay free; below, nothing is recorded", .kind = Kind::number, .of_server = true},
};

constexpr std::uint64_t number_max = 1'000'000'000;

const Setting* find(std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const Setting& setting) { return setting.name == name; });
  return found == table.end() ? nullptr : &*found;
}

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size() || value == 0 || value > number_max) return std::nullopt;
  return value;
}

bool is_choice(const Setting& setting, std::string_view text) {
  return !text.empty() && text.find(' ') == std::string_view::npos && (" " + std::string(setting.choices) + " ").find(" " + std::string(text) + " ") != std::string::npos;
}

Result<void> check_value(const Setting& setting, const std::string& text, const std::string& origin) {
  const std::string begin = origin + ": " + std::string(setting.name);
  if (setting.kind == Kind::number && !number_in(text)) return error(Code::malformed, begin + " is a whole number from 1 to 1000000000");
  if (setting.kind == Kind::choice && !is_choice(setting, text)) return error(Code::malformed, begin + " is one of: " + std::string(setting.choices));
  return {};
}

std::string known_names() {
  std::string out;
  for (const Setting& setting : table) out += (out.empty() ? "" : ", ") + std::string(setting.name);
  return out;
}

Result<void> check_file_value(const std::string& name, const FileValue& value, const std::string& origin) {
  const Setting* setting = find(name);
  if (setting == nullptr) return error(Code::malformed, origin + ": there is no setting `" + name + "`; there are: " + known_names());
  if ((setting->kind == Kind::number) != value.number) return error(Code::malformed, origin + ": " + name + (value.number ? " is a text, in quotes" : " is a number, without quotes"));
  return check_value(*setting, value.text, origin);
}

std::string in_environment(const SettingSources& sources, const std::string& name) {
  const char* value = sources.environment ? sources.environment(name.c_str()) : nullptr;
  return value == nullptr ? std::string() : std::string(value);
}

std::string config_file(const SettingSources& sources) {
  if (const auto flag = sources.flags.find("config"); flag != sources.flags.end()) return flag->second;
  if (auto named = in_environment(sources, "ACTA_CONFIG"); !named.empty()) return named;
  return std::filesystem::exists(config_file_standard) ? config_file_standard : std::string();
}

}  // namespace

std::span<const Setting> settings_table() { return table; }

std::string environment_name(std::string_view name) {
  std::string out = "ACTA_";
  for (const char c : name) out += c == '-' ? '_' : static_cast<char>(c - 'a' + 'A');
  return out;
}

Result<Settings> Settings::resolve(const SettingSources& sources) {
  Settings out;
  for (const Setting& setting : table) out.values_[std::string(setting.name)] = {std::string(setting.standard), {}};
  out.file_ = config_file(sources);
  if (!out.file_.empty()) {
    ACTA_TRY(const auto file, read_config_file(out.file_));
    for (const auto& [name, value] : file) {
      const std::string origin = out.file_ + ":" + std::to_string(value.line);
      ACTA_CHECK(check_file_value(name, value, origin));
      out.values_[name] = {value.text, origin};
    }
    out.from_file_ = file.size();
  }
  for (const Setting& setting : table) {
    const std::string name(setting.name), variable = environment_name(name);
    if (auto value = in_environment(sources, variable); !value.empty()) out.values_[name] = {std::move(value), variable};
    if (const auto flag = sources.flags.find(name); flag != sources.flags.end()) out.values_[name] = {flag->second, "--" + name};
    const Value& chosen = out.values_[name];
    if (!chosen.origin.empty()) ACTA_CHECK(check_value(setting, chosen.text, chosen.origin));
  }
  return out;
}

const Settings::Value& Settings::value(std::string_view name) const {
  const auto found = values_.find(name);
  ACTA_ASSERT(found != values_.end());
  return found->second;
}

const std::string& Settings::text(std::string_view name) const { return value(name).text; }
std::uint64_t Settings::number(std::string_view name) const { return number_in(value(name).text).value_or(0); }
const std::string& Settings::origin(std::string_view name) const { return value(name).origin; }
std::size_t Settings::from_file() const { return from_file_; }

}  // namespace acta::cli
