#include "engine/engine.h"

#include <fstream>

#include "engine/control_events.h"
#include "engine/folder_lock.h"
#include "events/sha256.h"
#include "events/value.h"
#include "tests/engine/installation.h"

using namespace acta;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t day = 24 * 3'600 * second;

void write_text(const std::string& path, std::string_view text) { std::ofstream(path, std::ios::binary) << text; }

// Appends one entry of the engine's own: all it takes is a clock that was looked at.
void append_confirmation(Installation& place) {
  place.clock.jump(11 * second);
  REQUIRE(place.engine->writes_stopped());
  REQUIRE(place.engine->confirm_clock("ada", "administrator"));
}

}  // namespace

TEST_CASE("engine: a new ledger begins with who founded it, every schema and every definition") {
  Installation place;
  const Engine& engine = place.create();
  const Ledger& ledger = engine.ledger();
  const std::size_t schemas = shipped_schemas().size();
  const std::size_t processes = shipped_processes().size();
  REQUIRE(ledger.head().size == 1 + schemas + processes);

  const Opening opening = *read_ledger_opened(*ledger.read(Position{0}));
  CHECK(opening.origin == "acta.example/test");
  CHECK(opening.founders.size() == 2);
  CHECK(opening.ledger_schema == sha256(shipped_schemas().front().bytes));
  CHECK_FALSE(opening.demo);
  CHECK_FALSE(opening.seed);
  for (std::size_t i = 0; i < schemas; ++i) {
    const Publication published = *read_schema_published(*ledger.read(Position{1 + i}));
    CHECK(published.digest == sha256(shipped_schemas()[i].bytes));
    CHECK(ledger.reg("schema/" + to_text(published.digest)) == number(static_cast<std::int64_t>(1 + i)));
  }
  for (std::size_t i = 0; i < processes; ++i) {
    const Publication published = *read_definition_published(*ledger.read(Position{1 + schemas + i}));
    CHECK(ledger.reg("definition/" + published.name) == text(to_text(published.digest)));
    CHECK(engine.definition(published.digest)->process() == published.name);
  }
  CHECK(ledger.reg("role/" + to_text(opening.founders[0].person) + "/administrator") == flag(true));
}

TEST_CASE("engine: the first entries have no case, no revision, and the engine as their actor") {
  Installation place;
  const Ledger& ledger = place.create().ledger();
  for (std::uint64_t at = 0; at < ledger.head().size; ++at) {
    const Entry entry = *ledger.read(Position{at});
    CHECK(entry.kind == Kind::ledger);
    CHECK_FALSE(entry.case_id);
    CHECK_FALSE(entry.revision);
    CHECK(entry.actor.proof == Proof::engine);
    CHECK(entry.recorded_at == place.clock.now());
    CHECK_FALSE(entry.effect.value_or(Effect{}).state);
  }
}

TEST_CASE("engine: what a ledger says of itself is the same after reopening") {
  Installation place;
  const Genesis before = place.create().genesis();
  const Head head = place.engine->ledger().head();
  const Engine& engine = place.reopen();
  CHECK(engine.genesis().ledger == before.ledger);
  CHECK(engine.genesis().log_key == before.log_key);
  CHECK(engine.genesis().facility == "Test facility");
  CHECK(engine.ledger().head().root == head.root);
  CHECK(engine.definitions().size() == shipped_processes().size());
  CHECK(engine.keys().find_person("ada"));
}

TEST_CASE("engine: a founding that makes no sense is refused and leaves no folder") {
  const auto refused = [](const std::function<void(Founding&)>& change) {
    Installation place;
    change(place.founding);
    const auto made = Engine::create(place.folders, place.founding, place.environment);
    return !made && made.error().code == Code::invalid && !fs::exists(place.folders.data);
  };
  CHECK(refused([](Founding& founding) { founding.origin = ""; }));
  CHECK(refused([](Founding& founding) { founding.origin = "acta example"; }));
  CHECK(refused([](Founding& founding) { founding.origin = "acta+example"; }));
  CHECK(refused([](Founding& founding) { founding.facility = ""; }));
  CHECK(refused([](Founding& founding) { founding.founders.pop_back(); }));
  CHECK(refused([](Founding& founding) { founding.founders[1].handle = "ada"; }));
  CHECK(refused([](Founding& founding) { founding.seed = 1; }));
}

TEST_CASE("engine: a folder that is not empty is left as it is") {
  Installation place;
  fs::create_directory(place.folders.data);
  write_text(place.folders.data + "/letter.txt", "mine");
  CHECK(Engine::create(place.folders, place.founding, place.environment).error().code == Code::conflict);
  CHECK(fs::exists(place.folders.data + "/letter.txt"));
  CHECK_FALSE(fs::exists(place.folders.keys));
}

TEST_CASE("engine: keys that lie there already are left as they are") {
  Installation place;
  fs::create_directory(place.folders.keys);
  CHECK(Engine::create(place.folders, place.founding, place.environment).error().code == Code::conflict);
}

TEST_CASE("engine: no folder and an empty folder hold no ledger") {
  Installation place;
  CHECK(place.open_error() == Code::not_found);
  fs::create_directory(place.folders.data);
  CHECK(place.open_error() == Code::not_found);
}

TEST_CASE("engine: a folder of something else is refused") {
  Installation place;
  place.make();
  for (const char* marker : {"", "acta-ledger\n", "acta-ledger 1", "acta-ledger 0\n", "acta-ledger 1x\n", "somebody-else 1\n"}) {
    write_text(place.folders.data + "/FORMAT", marker);
    CHECK(place.open_error() == Code::foreign);
  }
  fs::remove(place.folders.data + "/FORMAT");
  CHECK(place.open_error() == Code::foreign);
}

TEST_CASE("engine: a newer format is refused by number") {
  Installation place;
  place.make();
  write_text(place.folders.data + "/FORMAT", "acta-ledger 2\n");
  const auto opened = place.open();
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == Code::newer);
  CHECK(opened.error().message.find("format 2") != std::string::npos);
}

TEST_CASE("engine: a second writer is told which process has the folder") {
  Installation place;
  place.create();
  for (const Access access : {Access::write, Access::read}) {
    const auto second_one = place.open(access);
    REQUIRE_FALSE(second_one);
    CHECK(second_one.error().code == Code::in_use);
    CHECK(second_one.error().message.find("process " + std::to_string(getpid())) != std::string::npos);
  }
}

TEST_CASE("engine: readers share a folder, and a writer waits for them") {
  Installation place;
  place.make();
  const auto one = place.open(Access::read);
  const auto other = place.open(Access::read);
  REQUIRE(one);
  REQUIRE(other);
  const auto writer = place.open();
  REQUIRE_FALSE(writer);
  CHECK(writer.error().code == Code::in_use);
  CHECK((*one)->confirm_clock("ada", "administrator").error().code == Code::unsupported);
  CHECK((*one)->checkpoint().error().code == Code::unsupported);
}

TEST_CASE("engine: missing keys are named") {
  for (const char* missing : {"data.kek", "data.keys", "data.keys/secrets"}) {
    Installation place;
    place.make();
    fs::remove_all(place.scratch / missing);
    const auto opened = place.open();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Code::missing_key);
    CHECK(opened.error().message.find(missing) != std::string::npos);
  }
}

TEST_CASE("engine: the keys of another ledger are refused") {
  Installation place, other;
  place.make();
  other.make();
  place.folders.keys = other.folders.keys;
  place.folders.kek = other.folders.kek;
  CHECK(place.open_error() == Code::foreign);
}

TEST_CASE("engine: keys that others may read are refused with the command that helps") {
  Installation place;
  place.make();
  fs::permissions(place.folders.kek, fs::perms::others_read, fs::perm_options::add);
  const auto opened = place.open();
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == Code::denied);
  CHECK(opened.error().message.find("chmod") != std::string::npos);
}

TEST_CASE("engine: a ledger older than its head file is refused") {
  Installation place;
  place.make();
  fs::copy(place.folders.data, place.scratch / "old", fs::copy_options::recursive);
  place.reopen();
  append_confirmation(place);
  place.stop();
  fs::remove_all(place.folders.data);
  fs::rename(place.scratch / "old", place.folders.data);
  CHECK(place.open_error() == Code::rolled_back);
}

TEST_CASE("engine: a clean stop signs everything that was recorded") {
  Installation place;
  place.create();
  append_confirmation(place);
  const std::uint64_t size = place.engine->ledger().head().size;
  REQUIRE(place.engine->close());
  std::ifstream head(place.folders.head);
  std::string origin, signed_size;
  std::getline(head, origin);
  std::getline(head, signed_size);
  CHECK(origin == "acta.example/test");
  CHECK(signed_size == std::to_string(size));
}

TEST_CASE("engine: a checkpoint is signed by the key that entry 0 names") {
  Installation place;
  Engine& engine = place.create();
  const std::string note = *engine.checkpoint();
  const Checkpoint opened = *open_checkpoint(note, {engine.genesis().log_key});
  CHECK(opened.size == engine.ledger().head().size);
  CHECK(opened.root == engine.ledger().head().root);
  CHECK(engine.published_checkpoint() == note);
}

TEST_CASE("engine: a jump of the clock stops writes until somebody confirms it, and that is recorded") {
  Installation place;
  Engine& engine = place.create();
  CHECK(engine.confirm_clock("ada", "administrator").error().code == Code::conflict);
  const std::uint64_t size = engine.ledger().head().size;
  place.clock.jump(20 * second);
  REQUIRE(engine.writes_stopped());
  CHECK(engine.writes_stopped()->code == Code::clock);
  CHECK(engine.confirm_clock("ada", "gardener").error().code == Code::denied);
  CHECK(engine.confirm_clock("ada", "administrator")->first == Position{size});
  CHECK_FALSE(engine.writes_stopped());
  const Entry entry = *engine.ledger().read(Position{size});
  CHECK(entry.type == "ClockConfirmed");
  CHECK(entry.actor.person == engine.keys().find_person("ada"));
  CHECK(entry.actor.proof == Proof::claimed);
}

TEST_CASE("engine: a start long after, or before, the newest entry waits for a confirmation") {
  for (const std::int64_t gap : {401 * day, -11 * second}) {
    Installation place;
    place.make();
    place.clock.pass(gap);
    Engine& engine = place.reopen();
    REQUIRE(engine.writes_stopped());
    CHECK(engine.writes_stopped()->code == Code::clock);
    CHECK(engine.confirm_clock("ben", "administrator"));
    CHECK_FALSE(engine.writes_stopped());
  }
}

TEST_CASE("engine: a pause of a year is no gap") {
  Installation place;
  place.make();
  place.clock.pass(399 * day);
  CHECK_FALSE(place.reopen().writes_stopped());
}

TEST_CASE("engine: too little room on the disk stops writes") {
  Installation place;
  place.environment.free_bytes_min = UINT64_MAX;
  CHECK(place.create().writes_stopped()->code == Code::full);
}

TEST_CASE("engine: a ledger of the wall clock can never be opened with a simulated one") {
  Installation place;
  place.make();
  place.environment.simulated = true;
  CHECK(place.open_error() == Code::invalid);
}

TEST_CASE("engine: a simulated ledger goes on simulated until it meets the wall clock, and never again") {
  Installation place;
  place.founding.seed = 5;
  place.founding.demo = true;
  place.environment.simulated = true;
  place.make();
  CHECK(place.reopen().genesis().simulated);
  const std::uint64_t size = place.engine->ledger().head().size;
  place.stop();

  place.environment.simulated = false;
  place.clock.pass(1'000 * day);
  Engine& engine = place.reopen();
  CHECK_FALSE(engine.genesis().simulated);
  CHECK(engine.genesis().demo);
  CHECK_FALSE(engine.writes_stopped());
  CHECK(engine.ledger().head().size == size + 1);
  const Entry entry = *engine.ledger().read(Position{size});
  CHECK(entry.type == "ClockConfirmed");
  CHECK(entry.actor.proof == Proof::engine);
  CHECK(engine.ledger().reg("clock/confirmed") == number(static_cast<std::int64_t>(size)));

  CHECK(place.reopen().ledger().head().size == size + 1);
  place.stop();
  place.environment.simulated = true;
  CHECK(place.open_error() == Code::invalid);
}

TEST_CASE("engine: reading a simulated ledger on the wall clock writes nothing") {
  Installation place;
  place.founding.seed = 5;
  place.environment.simulated = true;
  place.make();
  place.environment.simulated = false;
  const auto reader = place.open(Access::read);
  REQUIRE(reader);
  CHECK((*reader)->genesis().simulated);
}

TEST_CASE("engine: two ledgers from one seed are equal to the byte, from another seed they are not") {
  const auto root_of = [](std::uint64_t seed) {
    Installation place;
    place.founding.seed = seed;
    place.environment.simulated = true;
    return place.create().ledger().head().root;
  };
  CHECK(root_of(5) == root_of(5));
  CHECK(root_of(5) != root_of(6));
}
