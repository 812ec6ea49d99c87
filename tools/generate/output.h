#pragma once
// The files that are derived from the schemas. Each function gives the file's whole text.

#include <string>
#include <vector>

#include "events/catalogue.h"

namespace acta::generate {

struct Named {
  std::string name;  // as facility/request
  Bytes bytes;
};

std::string shipped_source(const std::vector<Named>& schemas, const std::vector<Named>& control, const std::vector<Named>& processes);
std::string event_reference(const Catalogue& catalogue);  // Markdown, for people
// `paths` is schemas/openapi.yaml, which ends within components.schemas.
std::string contract_yaml(std::string paths, const Catalogue& catalogue);
// Error: invalid, when it is no YAML or no contract.
Result<std::string> contract_json(const std::string& yaml);
// What api/embedded.h promises: files that the program carries with it.
std::string embedded_source(const std::vector<Named>& files);

}  // namespace acta::generate
