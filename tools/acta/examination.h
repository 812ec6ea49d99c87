#pragma once
// Everything that could refuse a start, looked at one by one. Changes nothing, and needs no engine that starts.

#include <optional>
#include <string>
#include <vector>

#include "events/result.h"

namespace acta {
struct Folders;
}

namespace acta::cli {

struct ServeOptions;

struct Check {
  enum class State : std::uint8_t { ok, wrong, skipped };
  std::string name;                // as `head file`
  State state = State::ok;
  std::string what;                // one sentence: what was found, or why it was not looked at
  std::optional<Code> code = {};   // wrong: what a start would fail with
};

// In the order in which a start meets them. `options`: what the server would be started with. `outside`: witnesses and
// time-stamp server are asked too; else only whether they could be.
std::vector<Check> examine(const Folders& folders, const ServeOptions& options, bool outside);

}  // namespace acta::cli
