#include <iostream>
#include <nlohmann/json.hpp>

#include "engine/engine.h"
#include "tools/acta/session.h"
#include "tools/acta/shell.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

// HANDLE:ROLE[,ROLE]
std::optional<Founder> founder_of(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || !is_handle(text.substr(0, colon))) return std::nullopt;
  Founder founder{std::string(text.substr(0, colon)), {}};
  for (std::string_view rest = text.substr(colon + 1);;) {
    const auto comma = rest.find(',');
    if (rest.substr(0, comma).empty()) return std::nullopt;
    founder.roles.emplace_back(rest.substr(0, comma));
    if (comma == std::string_view::npos) return founder;
    rest.remove_prefix(comma + 1);
  }
}

void print(const Globals& globals, const Engine& engine) {
  const Genesis& genesis = engine.genesis();
  if (globals.json) {
    std::cout << Json{{"origin", genesis.origin}, {"facility", genesis.facility}, {"ledger", to_text(genesis.ledger)}, {"key", to_vkey(genesis.log_key)}, {"size", engine.ledger().head().size}}.dump() << "\n";
    return;
  }
  const Folders folders = folders_of(globals);
  std::cout << "A new ledger for " << genesis.facility << " in " << folders.data << "\n"
            << "  origin   " << genesis.origin << "\n"
            << "  log key  " << to_vkey(genesis.log_key) << "\n"
            << "  keys     " << folders.keys << " and " << folders.kek << ": back them up, apart from each other and from the data\n"
            << "  head     " << folders.head << ": the newest signed checkpoint; keep it where the data folder cannot take it along\n"
            << "Next: " << program_word() << " --data " << shell_word(folders.data) << " serve\n";
}

}  // namespace

int init(const Globals& globals, const InitOptions& options) {
  Founding founding{.origin = options.origin, .facility = options.facility, .founders = {}, .demo = false, .seed = {}};
  for (const std::string& text : options.founders) {
    auto founder = founder_of(text);
    if (!founder) return report_usage("--founder must be HANDLE:ROLE[,ROLE], as anna:programme_manager.");
    founding.founders.push_back(std::move(*founder));
  }
  if (founding.founders.size() != 2) return report_usage("--founder is needed exactly twice: no ledger begins with one person alone.");
  auto engine = Engine::create(folders_of(globals), founding, {});
  if (!engine) return report(globals, engine.error());
  print(globals, **engine);
  if (const auto closed = (*engine)->close(); !closed) return report(globals, closed.error());
  return 0;
}

}  // namespace acta::cli
