#include <iostream>
#include <nlohmann/json.hpp>

#include "events/envelope.h"
#include "events/json.h"
#include "tools/acta/verbs.h"

namespace acta::cli {

int version(const Globals& globals) {
  if (globals.json) std::cout << Json{{"version", ACTA_VERSION}, {"format", format_version}}.dump() << "\n";
  else std::cout << "acta " << ACTA_VERSION << ", ledger format " << format_version << "\n";
  return 0;
}

}  // namespace acta::cli
