#pragma once
// The three files that are derived from the schemas. Each function gives the file's whole text.

#include <string>
#include <vector>

#include "events/catalogue.h"

namespace acta::generate {

struct Named {
  std::string name;  // as facility/request
  Bytes bytes;
};

std::string shipped_source(const std::vector<Named>& schemas, const std::vector<Named>& processes);
std::string components(const Catalogue& catalogue);       // JSON Schema 2020-12, one per event type
std::string event_reference(const Catalogue& catalogue);  // Markdown, for people

}  // namespace acta::generate
