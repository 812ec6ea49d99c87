#include "events/pattern.h"

#include <map>
#include <regex>

namespace acta {

bool is_pattern(const std::string& text) {
  try {
    const std::regex compiled(text, std::regex::ECMAScript);
    return true;
  } catch (const std::regex_error&) {
    return false;
  }
}

bool matches(const std::string& pattern, const std::string& text) {
  thread_local std::map<std::string, std::regex> compiled;  // compiling costs a hundred times as much as using
  try {
    auto found = compiled.find(pattern);
    if (found == compiled.end()) found = compiled.emplace(pattern, std::regex(pattern, std::regex::ECMAScript)).first;
    return std::regex_match(text, found->second);
  } catch (const std::regex_error&) {
    return false;
  }
}

}  // namespace acta
