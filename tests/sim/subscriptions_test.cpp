#include "projections/subscriptions.h"

#include <doctest/doctest.h>

#include "tests/sim/house.h"
#include "tests/sim/troubles.h"

using namespace acta;
using namespace acta::sim;

namespace {

const PersonId reader{};

// One made, two positions acknowledged, another made and removed.
class Followed final : public Story {
 public:
  explicit Followed(const Engine& engine) : engine_(engine) {}

  void act(FaultyDisk& disk) override {
    const auto held = Subscriptions::open(engine_, options(disk));
    if (!held) return;
    if ((*held)->put({.name = "reports", .owner = reader, .filter = {}, .first = {}, .now = {}})) next_ = Position{0};
    for (const std::uint64_t position : {1, 3})
      if ((*held)->acknowledge("reports", reader, Position{position})) next_ = Position{position + 1};
    if ((*held)->put({.name = "screen", .owner = reader, .filter = {}, .first = {}, .now = {}})) removed_ = static_cast<bool>((*held)->remove("screen", reader));
  }
  std::optional<std::string> judge(FaultyDisk& disk) override {
    const auto held = Subscriptions::open(engine_, options(disk));
    if (!held) return "refused to open: " + held.error().message;
    const auto found = (*held)->find("reports");
    if (!found && found.error().code != Code::not_found) return found.error().message;
    if (next_ && (!found || found->next < *next_)) return "an acknowledged position is lost";
    if (removed_ && (*held)->find("screen")) return "what was removed is back";
    if (!(*held)->put({.name = "another", .owner = reader, .filter = {}, .first = {}, .now = {}})) return "none can be made any more";
    return std::nullopt;
  }

 private:
  static SubscriptionsOptions options(FaultyDisk& disk) { return {.folder = "/data/ledger/subscriptions", .env = &disk.env()}; }

  const Engine& engine_;
  std::optional<Position> next_;
  bool removed_ = false;
};

}  // namespace

TEST_CASE("subscriptions: whichever step fails, what was acknowledged to a reader is there") {
  FaultyDisk disk(disk_with_house());
  const DiskModel start = disk.settled();
  House house(disk);
  REQUIRE(house.open());
  check_every_trouble(start, Breadth::all, [&] { return std::make_unique<Followed>(*house.engine); });
}
