#include "tests/sim/troubles.h"

#include <doctest/doctest.h>
#include <spdlog/spdlog.h>

#include <array>
#include <cstdlib>

namespace acta::sim {
namespace {

constexpr std::array<const char*, 4> failures = {"fails", "persisted", "torn", "lost"};
constexpr std::array<const char*, 2> endings = {"goes_on", "power_goes"};
constexpr std::uint64_t seeds_long = 12;
// Threads of their own make steps come and go at the end of a story: so many must meet none in a row.
constexpr int quiet_steps = 4;

std::string name_of(const Trouble& trouble) {
  return std::to_string(trouble.nth) + "." + failures[static_cast<std::size_t>(trouble.failure)] + "." + endings[static_cast<std::size_t>(trouble.ending)] + "." + std::to_string(trouble.seed);
}

// What everybody says about failures that are meant.
class Silence {
 public:
  Silence() { spdlog::set_level(spdlog::level::off); }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  ~Silence() { spdlog::set_level(before_); }

 private:
  spdlog::level::level_enum before_ = spdlog::get_level();
};

class Trial {
 public:
  Trial(const DiskModel& start, Breadth breadth, const std::function<std::unique_ptr<Story>()>& tell) : start_(start), breadth_(breadth), tell_(tell) {}

  Tried every() {
    for (int quiet = 0; quiet < quiet_steps && !tried_.fault; ++tried_.steps) quiet = each_failure(tried_.steps + 1) ? 0 : quiet + 1;
    tried_.steps -= quiet_steps;
    return std::move(tried_);
  }

 private:
  // Whether any trouble was met at that step.
  bool each_failure(std::uint64_t step) {
    bool met = false;
    for (std::size_t way = 0; way < failures.size() * endings.size() && !tried_.fault; ++way) {
      if (!is_its_turn(step, way / endings.size())) continue;
      for (std::uint64_t seed = 1; seed <= seeds() && !tried_.fault; ++seed) {
        met |= one({.nth = step, .failure = static_cast<Failure>(way / endings.size()), .ending = static_cast<Ending>(way % endings.size()), .seed = seed});
      }
    }
    return met;
  }

  bool is_its_turn(std::uint64_t step, std::size_t failure) const { return breadth_ == Breadth::all || is_long() || std::getenv("ACTA_TROUBLE") != nullptr || step % failures.size() == failure; }

  static bool is_long() { return std::getenv("ACTA_LONG") != nullptr; }
  static std::uint64_t seeds() { return is_long() ? seeds_long : 1; }

  bool one(const Trouble& trouble) {
    const std::string name = name_of(trouble);
    const char* only = std::getenv("ACTA_TROUBLE");
    if (only != nullptr && name != only) return trouble.nth <= std::strtoull(only, nullptr, 10);
    FaultyDisk disk(start_.settled());
    const auto story = tell_();
    story->begin(disk);
    disk.arm(trouble);
    story->act(disk);
    const bool met = disk.troubled();
    disk.crash(trouble.nth * 1'000 + trouble.seed);
    if (auto fault = story->judge(disk)) tried_.fault = *std::move(fault) + "; again with ACTA_TROUBLE=" + name;
    tried_.troubles += met ? 1 : 0;
    return met;
  }

  const DiskModel& start_;
  const Breadth breadth_;
  const std::function<std::unique_ptr<Story>()>& tell_;
  Tried tried_;
  Silence silence_;
};

}  // namespace

Tried through_every_trouble(const DiskModel& start, Breadth breadth, const std::function<std::unique_ptr<Story>()>& tell) { return Trial(start, breadth, tell).every(); }

void check_every_trouble(const DiskModel& start, Breadth breadth, const std::function<std::unique_ptr<Story>()>& tell) {
  const Tried tried = through_every_trouble(start, breadth, tell);
  REQUIRE_MESSAGE(!tried.fault, *tried.fault);
  MESSAGE(tried.troubles << " troubles in " << tried.steps << " steps");
  CHECK(tried.troubles > 0);
}

}  // namespace acta::sim
