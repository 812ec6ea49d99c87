#include <doctest/doctest.h>

#include "tests/sim/house.h"
#include "tests/sim/troubles.h"

using namespace acta;
using namespace acta::sim;

namespace {

const KeyOrder ada{.actor = "ada", .role = "administrator"};

class Rotated final : public Story {
 public:
  void begin(FaultyDisk& disk) override { house_ = opened_house(disk); }
  void act(FaultyDisk& disk) override {
    acknowledged_ = static_cast<bool>(house_->engine->rotate_log_key(ada, {}));
    end(house_, disk);
  }
  // Under one key or the other, and it goes on.
  std::optional<std::string> judge(FaultyDisk& disk) override {
    House house(disk);
    if (auto wrong = house.verified()) return wrong;
    if (const auto opened = house.open(); !opened) return "refused to open: " + opened.error().message;
    const LogKeys keys = house.engine->log_keys();
    if (keys.all().size() > 2 || (acknowledged_ && keys.all().size() != 2)) return "an acknowledged rotation is lost, or was made twice";
    if (const auto note = house.engine->checkpoint(); !note || !open_checkpoint(*note, {keys.current().key})) return "the key in force does not sign";
    if (holds_retired_key(house.engine->keys(), keys)) return "a key that was succeeded is still there";
    return house.append() ? std::nullopt : std::optional<std::string>("nothing more can be recorded");
  }

 private:
  std::unique_ptr<House> house_;
  bool acknowledged_ = false;
};

}  // namespace

TEST_CASE("log keys: whichever step of a rotation fails, the ledger opens under one key or the other, and goes on") {
  const DiskModel start = disk_with_house();
  check_every_trouble(start, Breadth::turns, [] { return std::make_unique<Rotated>(); });
}
