#pragma once
// How far views are, from what they have done: never from what a thread says of itself.

#include <cstdint>
#include <string>

#include "events/result.h"

namespace acta {

// building: it began empty, for its format is new or it was deleted, and is not whole yet.
enum class ViewState : std::uint8_t { following, behind, stopped, building };

struct ViewProgress {
  std::string name;
  std::uint32_t version = 0;
  std::uint64_t position = 0;          // entries seen
  std::uint64_t behind = 0;            // entries the ledger has beyond them
  ViewState state = ViewState::following;
  std::string reason;                  // why it is stopped
  std::uint64_t folded = 0;            // entries folded by this process
  std::int64_t folding_micros = 0;     // time spent on them, all views of a batch together
  bool rebuilding = false;             // a second build is on its way; this one answers meanwhile
};

const char* name_of(ViewState state);

// A view built anew beside the one that answers, a step at a time. Going away before its end leaves everything as it was.
class Rebuilding {
 public:
  struct Step {
    std::uint64_t done = 0, total = 0;
    bool taken_over = false;           // the last step: readers see the new build
  };
  virtual ~Rebuilding() = default;
  // Error: damaged, unavailable; the old build goes on answering.
  virtual Result<Step> step() = 0;
};

}  // namespace acta
