#pragma once
// Lines of an import that were submitted, in their order, and what came of each. The more are awaited at once, the more of
// them one sync makes durable.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

#include "engine/sequencer.h"

namespace acta {

// One thread adds and waits; answers come on any. Outlives what was added: its destructor waits for it.
class AwaitedLines {
 public:
  ~AwaitedLines() { wait_for_all(); }

  struct Line {
    std::uint64_t number = 0;
    std::optional<Result<Recorded>> result;
  };

  // Where the answer of the next line goes. Its line stays where it is until the end.
  Answered add(std::uint64_t number);
  // The newest line was not submitted after all.
  void take_back();
  // Until at most so many are under way.
  void wait_for(std::size_t under_way_max);
  void wait_for_all() { wait_for(0); }
  std::size_t under_way() const;
  bool any_failed() const;
  // When all are answered.
  const std::deque<Line>& lines() const { return lines_; }

 private:
  void take(Line& line, Result<Recorded> result);

  mutable std::mutex mutex_;
  std::condition_variable fewer_;
  std::deque<Line> lines_;
  std::size_t under_way_ = 0;
  std::optional<std::size_t> wanted_;   // somebody waits for so few
  bool failed_ = false;
};

}  // namespace acta
