#pragma once
// A process definition: YAML in, a checked statechart out (docs/PROCESSES.md). Immutable once parsed: any thread.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "events/catalogue.h"
#include "events/ids.h"

namespace acta {

class Definition {
 public:
  // All publishing checks. Error: invalid; `fields` has one item per fault: pointer `name:line`, detail with what to do.
  static Result<std::shared_ptr<const Definition>> parse(ByteView yaml, std::string_view name, const Catalogue& catalogue);
  ~Definition();

  const std::string& process() const;
  const std::string& title() const;
  const Hash& hash() const;                                   // SHA-256 of the bytes as published
  bool opens_with(std::string_view type) const;
  bool knows_role(std::string_view role) const;
  std::vector<std::string> roles() const;
  std::vector<std::string> stages() const;                    // each word once, in the order of the states
  // What lists show as `state`.
  std::string stage_of(const std::vector<std::string>& configuration) const;
  bool closed(const std::vector<std::string>& configuration) const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit Definition(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// What must hold between the definitions of one ledger: no process twice, no event type that two of them open with.
// Error: invalid, `fields` as in parse.
Result<void> check_together(const std::vector<std::shared_ptr<const Definition>>& definitions);

}  // namespace acta
