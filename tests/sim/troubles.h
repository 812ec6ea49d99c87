#pragma once
// Every way in which a disk can fail a program once: each of its steps x {fails, fails but persisted, torn, lost} x {it goes
// on, the power goes}. The power always goes in the end: what was acknowledged on the way has to be there then.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "tests/sim/faulty_disk.h"

namespace acta::sim {

// What a program does on a disk, and what is held against it afterwards. One object for each trouble.
class Story {
 public:
  virtual ~Story() = default;
  // Before any trouble: what another story tells the troubles of.
  virtual void begin(FaultyDisk&) {}
  // As the program, and whoever runs it, would: told of a failure, it stops or tries again. Leaves nothing open.
  virtual void act(FaultyDisk& disk) = 0;
  // After the crash, on a disk that works. Nothing: all is as it has to be.
  virtual std::optional<std::string> judge(FaultyDisk& disk) = 0;
};

// How many ways each step meets in the short form; ACTA_LONG=1: all, with many seeds of what is lost.
enum class Breadth : std::uint8_t {
  all,
  turns,    // one failure with both endings: four steps in a row meet all four
};

struct Tried {
  std::optional<std::string> fault;   // the first, and how to repeat it
  std::uint64_t steps = 0, troubles = 0;
};

// On a fresh copy of `start` each time. ACTA_TROUBLE=STEP.FAILURE.ENDING.SEED: only that one.
Tried through_every_trouble(const DiskModel& start, Breadth breadth, const std::function<std::unique_ptr<Story>()>& tell);

// REQUIREs that nothing was found, and that there was something to find it in.
void check_every_trouble(const DiskModel& start, Breadth breadth, const std::function<std::unique_ptr<Story>()>& tell);

}  // namespace acta::sim
