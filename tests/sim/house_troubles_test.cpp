#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "engine/recovery.h"
#include "tests/sim/house.h"
#include "tests/sim/troubles.h"

using namespace acta;
using namespace acta::sim;

namespace {

class Founded final : public Story {
 public:
  void act(FaultyDisk& disk) override {
    auto house = std::make_unique<House>(disk);
    acknowledged_ = static_cast<bool>(house->found());
    end(house, disk);
  }
  // A whole one, or none at all: nothing that was cut short is taken for a ledger.
  std::optional<std::string> judge(FaultyDisk& disk) override {
    House house(disk);
    const auto opened = house.open();
    if (!opened && acknowledged_) return "it was founded and does not open: " + opened.error().message;
    if (!opened) return opened.error().code == Code::not_found || opened.error().code == Code::foreign ? std::nullopt : std::optional("cut short, and yet taken for a ledger: " + opened.error().message);
    if (!house.append()) return "nothing can be recorded";
    house.engine.reset();
    return house.verified();
  }

 private:
  bool acknowledged_ = false;
};

Submission submission(const Engine& engine, std::string_view type, const Json& data, std::string key) {
  const EventType* found = engine.catalogue().find(type);
  REQUIRE(found != nullptr);
  auto draft = check(*found, data);
  REQUIRE(draft);
  Submission made;
  made.draft = *std::move(draft);
  made.actor = "po.first";
  made.role = "project_officer";
  made.key = std::move(key);
  made.method = "POST";
  made.path = "/v1/cases";
  return made;
}

Submission request(const Engine& engine) {
  Submission made = submission(engine, "RequestReceived", Json{{"title", "Examplia II"}, {"channel", "letter_to_team"}, {"authority", "Ministry of Examples"}, {"countries", {"ZZ"}}, {"region", "other"}, {"theme", "MD"}, {"summary", "A course"}, {"signatory_name", "Ada Invented"}}, "the-request");
  made.evidence = {Evidence{.digest = {}, .size = {}, .media_type = "application/pdf", .category = "request_letter", .held = false}};
  return made;
}

Submission note(const Engine& engine, const CaseId& id) {
  Submission made = submission(engine, "NoteAdded", Json{{"note", "Called back"}}, "the-note");
  made.case_id = id;
  return made;
}

// Two commands with personal data of persons not met before: keys, boxes, entries.
class Recording final : public Story {
 public:
  void begin(FaultyDisk& disk) override { house_ = opened_house(disk); }
  void act(FaultyDisk& disk) override {
    const Engine& engine = *house_->engine;
    if (const auto first = house_->engine->record(request(engine))) request_ = *first;
    const auto second = request_ ? house_->engine->record(note(engine, request_->case_id)) : Result<Recorded>(error(Code::not_found, ""));
    if (second) note_ = *second;
    end(house_, disk);
  }
  std::optional<std::string> judge(FaultyDisk& disk) override {
    House house(disk);
    if (auto wrong = house.verified()) return wrong;
    if (const auto opened = house.open(); !opened) return "refused to open: " + opened.error().message;
    const auto first = house.engine->record(request(*house.engine));
    if (auto wrong = settled("the request", request_, first)) return wrong;
    if (auto wrong = settled("the note", note_, house.engine->record(note(*house.engine, first->case_id)))) return wrong;
    return opens_boxes(*house.engine);
  }

 private:
  // The same key settles what happened: it is there once, where it was said to be.
  static std::optional<std::string> settled(const std::string& what, const std::optional<Recorded>& told, const Result<Recorded>& again) {
    if (!again) return what + " again: " + again.error().message;
    if (told && (!again->replayed || again->first != told->first || again->case_id != told->case_id)) return what + " was acknowledged and is lost";
    return std::nullopt;
  }
  static std::optional<std::string> opens_boxes(const Engine& engine) {
    for (std::uint64_t at = 0; at < engine.ledger().head().size; ++at) {
      const auto entry = engine.ledger().read(Position{at});
      if (!entry) return entry.error().message;
      const auto boxes = engine.open_boxes(*entry);
      if (!boxes) return boxes.error().message;
      for (const auto& box : *boxes)
        if (!box.plaintext) return "nobody has the key of a box at position " + std::to_string(at);
    }
    return std::nullopt;
  }

  std::unique_ptr<House> house_;
  std::optional<Recorded> request_, note_;
};

constexpr const char* stale_view = "/data/ledger/views-of-lost-entries";

// An older copy under the newest head file; the loss is accepted, as often as it takes.
class Recovered final : public Story {
 public:
  explicit Recovered(std::uint64_t older, std::uint64_t newer) : older_(older), newer_(newer) {}

  void act(FaultyDisk& disk) override {
    for (int attempt = 0; attempt < 2 && !acknowledged_; ++attempt) acknowledged_ = static_cast<bool>(accept(disk));
  }
  std::optional<std::string> judge(FaultyDisk& disk) override {
    House house(disk);
    if (acknowledged_ && !house.open()) return "it was unlocked and does not open";
    if (!house.engine && !house.open()) {
      const auto found = find_rollback(house.folders, &disk.env());
      if (!found || !*found) return "it is locked, and nothing is found to accept";
      if (const auto accepted = accept(disk); !accepted) return "it cannot be accepted any more: " + accepted.error().message;
      if (!house.open()) return "it was unlocked and does not open";
    }
    if (disk.env().FileExists(stale_view).ok()) return "unlocked, and what is computed from lost entries is still there";
    // The schema of the first incident, and the incident: once.
    if (house.engine->ledger().head().size != older_ + 2) return "there are " + std::to_string(house.engine->ledger().head().size) + " entries";
    return house.append() ? std::nullopt : std::optional<std::string>("nothing more can be recorded");
  }

 private:
  Result<Rollback> accept(FaultyDisk& disk) const {
    const auto forget = [&disk](const Rollback&) { return disk.env().FileExists(stale_view).ok() ? remove_file_durably(disk.env(), stale_view) : Result<void>(); };
    return accept_rollback(House(disk).folders, {.signed_size = newer_, .size = older_, .why = "disk lost", .actor = "ada", .role = "administrator", .forget = forget}, &disk.env());
  }

  std::uint64_t older_, newer_;
  bool acknowledged_ = false;
};

std::uint64_t size_of(const House& house) { return house.engine->ledger().head().size; }

}  // namespace

TEST_CASE("init: whichever step fails, there is a whole ledger or none") {
  FaultyDisk disk;
  REQUIRE(make_folder(disk.env(), "/data"));
  const DiskModel start = disk.settled();
  check_every_trouble(start, Breadth::turns, [] { return std::make_unique<Founded>(); });
}

TEST_CASE("engine: whichever step of recording fails, what was acknowledged is there once, and each of its boxes has its key") {
  const DiskModel start = disk_with_house();
  check_every_trouble(start, Breadth::turns, [] { return std::make_unique<Recording>(); });
}

TEST_CASE("recover: whichever step fails, the ledger stays locked until all is done, and accepting it again goes on") {
  std::uint64_t older = 0, newer = 0;
  FaultyDisk disk(disk_with_house([&](House& house) { older = size_of(house); }));
  const DiskModel copy = disk.settled();
  {
    House house(disk);
    REQUIRE(house.open());
    REQUIRE(house.append());
    REQUIRE(house.append());
    newer = size_of(house);
  }
  FaultyDisk rolled_back(copy);
  for (const char* file : {"/data/ledger.head", "/data/ledger.head.trail"}) {
    const auto kept = read_file(disk.env(), file);
    REQUIRE(kept);
    REQUIRE(write_file_durably(rolled_back.env(), file, *kept));
  }
  REQUIRE(write_file_durably(rolled_back.env(), stale_view, view(std::string_view("of lost entries"))));
  const DiskModel start = rolled_back.settled();
  check_every_trouble(start, Breadth::turns, [&] { return std::make_unique<Recovered>(older, newer); });
}
