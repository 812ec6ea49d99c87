#pragma once
// What is wrong with a definition: every fault with its line, so that an author mends a file in one go.

#include <string>
#include <string_view>
#include <vector>

#include "events/result.h"

namespace acta {

class Faults {
 public:
  explicit Faults(std::string_view name) : name_(name) {}
  // `what` says what is wrong and what to do.
  void add(int line, std::string what) { found_.push_back({line, std::move(what)}); }
  bool none() const { return found_.empty(); }
  // Code invalid; one field per fault, pointer `name:line`, ordered by line.
  Error as_error() const;

 private:
  struct Fault {
    int line;
    std::string what;
  };
  std::string name_;
  std::vector<Fault> found_;
};

// Names in one line, as messages list them.
std::string joined(const std::vector<std::string>& names, std::string_view separator = ", ");

}  // namespace acta
