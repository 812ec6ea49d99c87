#pragma once
// Which route a request means, found by cpp-httplib in memory. Only the method, the path and the query reach it: it sees
// no header, no body and no socket, so nothing in those can mislead it.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace acta {

struct Match {
  std::size_t route = 0;             // number of the pattern, as it was given
  std::vector<std::string> path;     // what stands for each {name}, percent-decoded
  std::multimap<std::string, std::string> query;
};

struct Pattern {
  std::string_view method, path;     // GET, POST, PUT or DELETE; `/v1/cases/{case}`, `/v1/ledger/tile/{tile...}`
};

// Immutable once made: any thread.
class Matcher {
 public:
  explicit Matcher(const std::vector<Pattern>& patterns);
  ~Matcher();
  // `target` is visible ASCII beginning with a slash, of at most 8,000 characters.
  std::optional<Match> find(std::string_view method, std::string_view target) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace acta
