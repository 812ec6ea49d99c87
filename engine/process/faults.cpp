#include "engine/process/faults.h"

#include <algorithm>

namespace acta {

Error Faults::as_error() const {
  std::vector<Fault> ordered = found_;
  std::stable_sort(ordered.begin(), ordered.end(), [](const Fault& a, const Fault& b) { return a.line < b.line; });
  Error failure = error(Code::invalid, "definition " + name_ + " has " + std::to_string(ordered.size()) + (ordered.size() == 1 ? " fault" : " faults"));
  for (const Fault& fault : ordered) {
    failure.fields.push_back({name_ + ":" + std::to_string(fault.line), fault.what});
    failure.message += "; " + failure.fields.back().pointer + ": " + fault.what;
  }
  return failure;
}

std::string joined(const std::vector<std::string>& names, std::string_view separator) {
  std::string line;
  for (const std::string& name : names) {
    if (!line.empty()) line += separator;
    line += name;
  }
  return line;
}

}  // namespace acta
