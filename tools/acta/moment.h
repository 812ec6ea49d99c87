#pragma once
// Times as people type them.

#include <initializer_list>
#include <string>
#include <utility>

#include "events/result.h"

namespace acta::cli {

struct Moment {
  std::string text;      // RFC 3339
  bool whole_day = false;  // a date was given, no time
};

// A date, as "by the end of that day" (UTC), or an RFC 3339 time as it is; empty stays empty. Error: invalid.
Result<std::string> by_the_end_of(const std::string& option, const std::string& given);
// A date, as its first instant, or an RFC 3339 time. Error: invalid.
Result<Moment> at_the_start_of(const std::string& option, const std::string& given);
// The same of each option's text where it stands. Error: invalid, naming the option.
Result<void> read_moments(std::initializer_list<std::pair<const char*, std::string*>> options);

}  // namespace acta::cli
