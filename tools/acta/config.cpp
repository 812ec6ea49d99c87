#include <iostream>
#include <nlohmann/json.hpp>

#include "events/json.h"
#include "tools/acta/exit_code.h"
#include "tools/acta/table.h"
#include "tools/acta/terminal.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

std::string origin_of(const Settings& settings, std::string_view name) {
  const std::string& origin = settings.origin(name);
  return origin.empty() ? "default" : origin;
}

Json value_of(const Settings& settings, const Setting& setting) {
  if (setting.kind == Setting::Kind::number) return settings.number(setting.name);
  return settings.text(setting.name);
}

void print_json(const Settings& settings) {
  Json items = Json::array();
  for (const Setting& setting : settings_table())
    items.push_back({{"name", setting.name}, {"value", value_of(settings, setting)}, {"origin", origin_of(settings, setting.name)},
                     {"default", setting.standard}, {"environment", environment_name(setting.name)}, {"help", setting.help}});
  std::cout << Json{{"file", settings.file().empty() ? Json() : Json(settings.file())}, {"items", std::move(items)}}.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
}

}  // namespace

int show_config(const Globals& globals, const Settings& settings, bool with_origin) {
  if (globals.json) return print_json(settings), Exit::ok;
  std::vector<TableRow> rows;
  for (const Setting& setting : settings_table()) {
    TableRow row = {std::string(setting.name), settings.text(setting.name)};
    if (with_origin) row.push_back(origin_of(settings, setting.name));
    rows.push_back(std::move(row));
  }
  std::vector<Column> columns = {{"setting", false, false}, {"value"}};
  if (with_origin) columns.push_back({"from", false, false});
  std::cout << render_table(columns, rows, terminal_width());
  return Exit::ok;
}

// What is wrong was told before any verb ran.
int check_config(const Globals& globals, const Settings& settings) {
  if (globals.json) std::cout << Json{{"file", settings.file().empty() ? Json() : Json(settings.file())}, {"settings", settings.from_file()}}.dump() << "\n";
  else if (settings.file().empty()) std::cout << "There is no " << config_file_standard << " here; flags and environment are in order.\n";
  else std::cout << printable(settings.file()) << " is in order: " << settings.from_file() << (settings.from_file() == 1 ? " setting.\n" : " settings.\n");
  return Exit::ok;
}

}  // namespace acta::cli
