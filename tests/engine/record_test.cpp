#include <future>

#include "engine/engine.h"
#include "events/render.h"
#include "tests/engine/recording.h"

using namespace acta;

namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t day = 24 * 3'600 * second;

// Every personal value of an entry that can be opened, rendered.
std::string personal_text(const Engine& engine, const Entry& entry) {
  const EventType* type = engine.catalogue().find(entry.type, *entry.schema);
  std::string text;
  const auto boxes = engine.open_boxes(entry);
  REQUIRE(boxes);
  for (const Engine::Opened& box : *boxes) {
    if (box.plaintext) text += render(*type, *box.plaintext).dump();
  }
  return text;
}

bool contains(ByteView bytes, std::string_view text) { return text_view(bytes).find(text) != std::string_view::npos; }

}  // namespace

TEST_CASE("engine: a request opens a case and carries who, when, and what was said") {
  Recorder place;
  place.create();
  const Recorded told = place.recorded(place.request("k1"));
  CHECK(told.revision == 1);
  const Entry entry = place.entry(told.first);
  CHECK(entry.kind == Kind::event);
  CHECK(entry.case_id == told.case_id);
  CHECK(entry.actor.person == place.engine->keys().find_person("po.first"));
  CHECK(entry.actor.role == "project_officer");
  CHECK(entry.actor.proof == Proof::claimed);
  CHECK(entry.recorded_at == place.clock.now());
  CHECK(entry.occurred_at == place.clock.now());
  REQUIRE(entry.evidence.size() == 1);
  CHECK(entry.evidence[0].category == "request_letter");
  const CaseState state = **place.engine->ledger().state(told.case_id);
  CHECK(state.reference == "ACT-2023-001");
  CHECK(state_digest(state) == entry.effect->state);
}

TEST_CASE("engine: personal text stands in boxes only, one for each person") {
  Recorder place;
  place.create();
  const Recorded told = place.recorded(place.request("k1"));
  const Bytes bytes = *place.engine->ledger().read_bytes(told.first);
  CHECK_FALSE(contains(bytes, "Officers of Examplia"));
  CHECK_FALSE(contains(bytes, "Ada Invented"));
  CHECK_FALSE(contains(bytes, "po.first"));
  CHECK(contains(bytes, "Ministry of Examples"));
  const Entry entry = place.entry(told.first);
  CHECK(entry.sealed.size() == 2);
  CHECK(entry.sealed[0].person != entry.sealed[1].person);
  const std::string opened = personal_text(*place.engine, entry);
  CHECK(opened.find("Officers of Examplia") != std::string::npos);
  CHECK(opened.find("Ada Invented") != std::string::npos);
}

TEST_CASE("engine: boxes open after reopening, and not once an entry is passed off as another") {
  Recorder place;
  place.create();
  const Recorded told = place.recorded(place.request("k1"));
  place.reopen();
  Entry entry = place.entry(told.first);
  CHECK(personal_text(*place.engine, entry).find("Ada Invented") != std::string::npos);
  entry.event_id.bytes[0] ^= 1;
  CHECK(place.engine->open_boxes(entry).error().code == Code::damaged);
}

TEST_CASE("engine: the same key and request are answered from the ledger, also after reopening") {
  Recorder place;
  place.create();
  const Recorded told = place.recorded(place.request("k1"));
  const std::uint64_t size = place.size();
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Recorded again = place.recorded(place.request("k1"));
    CHECK(again.replayed);
    CHECK(again.case_id == told.case_id);
    CHECK(again.first == told.first);
    CHECK(again.revision == told.revision);
    place.reopen();
  }
  CHECK(place.size() == size);
}

TEST_CASE("engine: the same key for a request that differs anywhere is refused") {
  Recorder place;
  place.create();
  place.recorded(place.request("k1"));
  const std::uint64_t size = place.size();
  const auto reused = [&](const std::function<void(Submission&)>& change, const Json& data = request_data()) {
    Submission other = place.request("k1", data);
    change(other);
    return place.refused(other) == Code::key_reused;
  };
  const auto nothing = [](Submission&) {};
  Json other_title = request_data();
  other_title["title"] = "Examplia III";
  CHECK(reused(nothing, other_title));
  CHECK(reused(nothing, request_data("Another personal text")));
  Json one_box_less = request_data();
  one_box_less.erase("signatory_name");
  CHECK(reused(nothing, one_box_less));
  CHECK(reused([](Submission& other) { other.path = "/v1/elsewhere"; }));
  CHECK(reused([&](Submission& other) { other.occurred_at = place.clock.now(); }));
  CHECK(reused([](Submission& other) { other.precision = Precision::day; }));
  CHECK(reused([](Submission& other) { other.reason = "other_reason"; }));
  CHECK(reused([](Submission& other) { other.evidence[0].media_type = "text/plain"; }));
  CHECK(reused([](Submission& other) { other.correlation = EventId{}; }));
  CHECK(place.size() == size);
}

TEST_CASE("engine: keys are each person's own") {
  Recorder place;
  place.create();
  const Recorded first = place.recorded(place.request("k1"));
  Submission other = place.request("k1");
  other.actor = "po.second";
  const Recorded second_one = place.recorded(other);
  CHECK_FALSE(second_one.replayed);
  CHECK(second_one.case_id != first.case_id);
}

TEST_CASE("engine: the same key while its first use is under way is told so") {
  Recorder place;
  Engine& engine = place.create();
  std::promise<void> entered, release;
  std::atomic<bool> passed = false;
  engine.on_commit([&](std::uint64_t) {
    if (passed.exchange(true)) return;
    entered.set_value();
    release.get_future().wait();
  });
  auto first = std::async(std::launch::async, [&] { return place.engine->record(place.request("k1")); });
  entered.get_future().wait();
  CHECK(place.refused(place.request("k1")) == Code::in_flight);
  release.set_value();
  CHECK(first.get());
  CHECK(place.recorded(place.request("k1")).replayed);
}

TEST_CASE("engine: what is wrong with a submission is said before anything is minted or written") {
  Recorder place;
  place.create();
  const std::uint64_t size = place.size();
  const auto code = [&](const std::function<void(Submission&)>& change) {
    Submission made = place.request("k1");
    made.actor = "nobody.yet";
    change(made);
    return place.refused(made);
  };
  CHECK(code([](Submission& made) { made.key = ""; }) == Code::malformed);
  CHECK(code([](Submission& made) { made.key = "with space"; }) == Code::malformed);
  CHECK(code([](Submission& made) { made.key = std::string(65, 'k'); }) == Code::malformed);
  CHECK(code([](Submission& made) { made.actor = "no/handle"; }) == Code::malformed);
  CHECK(code([](Submission& made) { made.role = "gardener"; }) == Code::denied);
  CHECK(code([](Submission& made) { made.role = ""; }) == Code::denied);
  CHECK(code([](Submission& made) { made.reason = "free text about Ada"; }) == Code::invalid);
  CHECK(code([](Submission& made) { made.evidence[0].category = "Letter of Ada"; }) == Code::invalid);
  CHECK(code([](Submission& made) { made.evidence[0].media_type = "appli cation"; }) == Code::invalid);
  CHECK(code([](Submission& made) { made.case_id = CaseId{}; }) == Code::not_found);
  CHECK_FALSE(place.engine->keys().find_person("nobody.yet"));
  CHECK(place.size() == size);
}

TEST_CASE("engine: an event that opens nothing is told what does") {
  Recorder place;
  place.create();
  const auto answer = place.engine->record(place.submission("NoteAdded", Json{{"note", "text"}}, "k1"));
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == Code::conflict);
  CHECK(std::find(answer.error().allowed.begin(), answer.error().allowed.end(), "RequestReceived") != answer.error().allowed.end());
}

TEST_CASE("engine: a trace that is none leaves no text behind") {
  Recorder place;
  place.create();
  Submission made = place.request("k1");
  made.trace = "Ada Invented was here";
  CHECK(place.entry(place.recorded(made).first).trace.empty());
  made = place.request("k2");
  made.trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  CHECK(place.entry(place.recorded(made).first).trace == made.trace);
}

TEST_CASE("engine: a fact keeps the time it was told with, an act happens when it is recorded") {
  Recorder place;
  place.create();
  Submission fact = place.request("k1");
  fact.occurred_at = Instant{place.clock.now().micros - 10 * day};
  fact.precision = Precision::day;
  const Recorded told = place.recorded(fact);
  const Entry entry = place.entry(told.first);
  CHECK(entry.occurred_at == start_of(date_of(*fact.occurred_at)));
  CHECK(entry.precision == Precision::day);
  CHECK(entry.recorded_at == place.clock.now());

  Submission act = place.note(told.case_id, "k2");
  act.occurred_at = Instant{place.clock.now().micros - day};
  CHECK(place.refused(act) == Code::invalid);
  Submission future = place.request("k3");
  future.occurred_at = Instant{place.clock.now().micros + 6 * second};
  CHECK(place.refused(future) == Code::invalid);
}

TEST_CASE("engine: a stopped clock and a full disk refuse writes, and neither mints") {
  Recorder place;
  place.create();
  place.clock.jump(60 * second);
  CHECK(place.refused(place.request("k1")) == Code::clock);
  CHECK_FALSE(place.engine->keys().find_person("po.first"));
  REQUIRE(place.engine->confirm_clock("ada", "administrator"));
  place.recorded(place.request("k1"));
  place.environment.free_bytes_min = UINT64_MAX;
  place.reopen();
  Submission other = place.request("k2");
  other.actor = "po.second";
  CHECK(place.refused(other) == Code::full);
  CHECK_FALSE(place.engine->keys().find_person("po.second"));
  CHECK(place.recorded(place.request("k1")).replayed);
}

TEST_CASE("engine: after closing nothing is recorded, and who waited got his answer") {
  Recorder place;
  place.create();
  std::vector<std::future<Result<Recorded>>> answers;
  for (int i = 0; i < 8; ++i) {
    answers.push_back(std::async(std::launch::async, [&place, made = place.request("k" + std::to_string(i))] { return place.engine->record(made); }));
  }
  const Submission late = place.request("late");
  REQUIRE(place.engine->close());
  for (auto& answer : answers) {
    const auto told = answer.get();
    CHECK((told || told.error().code == Code::busy));
  }
  CHECK(place.refused(late) == Code::busy);
}

TEST_CASE("engine: what 32 clients were told is there after reopening") {
  Recorder place;
  place.create();
  std::vector<std::future<std::vector<Recorded>>> clients;
  for (int client = 0; client < 32; ++client) {
    clients.push_back(std::async(std::launch::async, [&place, client] {
      std::vector<Recorded> told;
      for (int i = 0; i < 5; ++i) {
        const auto answer = place.engine->record(place.request(std::to_string(client) + "." + std::to_string(i)));
        if (answer) told.push_back(*answer);
      }
      return told;
    }));
  }
  std::vector<Recorded> told;
  for (auto& client : clients) {
    for (const Recorded& one : client.get()) told.push_back(one);
  }
  CHECK(told.size() == 160);
  place.reopen();
  for (const Recorded& one : told) CHECK(place.entry(one.first).case_id == one.case_id);
}

TEST_CASE("engine: the past of a case by revision, by what had happened and by what was known") {
  Recorder place;
  place.create();
  const Instant start = place.clock.now();
  Submission opening = place.request("k1");
  opening.occurred_at = Instant{start.micros - 30 * day};
  const CaseId id = place.recorded(opening).case_id;
  place.clock.pass(day);
  CHECK(place.recorded(place.note(id, "k2")).revision == 2);
  place.clock.pass(day);
  place.recorded(place.note(id, "k3"));

  const Engine& engine = *place.engine;
  CHECK((*engine.state_at_revision(id, 2))->revision == 2);
  CHECK_FALSE(*engine.state_at_revision(id, 4));
  CHECK_FALSE(*engine.state_at_revision(id, 0));
  CHECK(**engine.state_at_revision(id, 3) == **engine.ledger().state(id));

  const auto as_of = [&](std::int64_t days) { return *engine.state_as_of(id, Instant{start.micros + days * day}, {}); };
  CHECK_FALSE(as_of(-31));
  CHECK(as_of(-30)->revision == 1);
  CHECK(as_of(0)->revision == 1);
  CHECK(as_of(1)->revision == 2);
  CHECK(as_of(2)->revision == 3);
  const auto known = [&](std::int64_t days) { return *engine.state_as_of(id, {}, Instant{start.micros + days * day}); };
  CHECK_FALSE(known(-30));
  CHECK(known(0)->revision == 1);
  CHECK(known(5)->revision == 3);
  CHECK_FALSE(*engine.state_as_of(CaseId{}, {}, {}));
}

TEST_CASE("engine: on a simulated clock two ledgers that were told the same are equal to the byte") {
  const auto tell = [] {
    Recorder place;
    place.founding.seed = 9;
    place.environment.simulated = true;
    place.create();
    const CaseId id = place.recorded(place.request("k1")).case_id;
    place.clock.pass(100 * day);
    place.recorded(place.note(id, "k2"));
    std::vector<Hash> leaves;
    for (std::uint64_t at = 0; at < place.size(); ++at) leaves.push_back(*place.engine->ledger().leaf(Position{at}));
    return leaves;
  };
  CHECK(tell() == tell());
}

TEST_CASE("engine: a simulated ledger that is opened again never draws a nonce twice") {
  Recorder place;
  place.founding.seed = 9;
  place.environment.simulated = true;
  place.create();
  const CaseId id = place.recorded(place.request("k1")).case_id;
  std::vector<Bytes> nonces;
  for (int i = 0; i < 3; ++i) {
    place.reopen();
    nonces.push_back(place.entry(place.recorded(place.note(id, "n" + std::to_string(i))).first).sealed.at(0).nonce);
  }
  CHECK(nonces[0] != nonces[1]);
  CHECK(nonces[1] != nonces[2]);
}

TEST_CASE("engine: a failed sync answers unavailable and stops all writing") {
  RefusingDisk disk;
  Recorder place;
  std::optional<Error> stopped_by;
  place.environment.env = &disk;
  place.environment.fail_stop = [&](const Error& why) { stopped_by = why; };
  place.create();
  const Recorded told = place.recorded(place.request("k1"));
  const Submission lost = place.note(told.case_id, "k2");
  disk.refuse_syncs = true;
  CHECK_FALSE(place.engine->record(lost));
  disk.refuse_syncs = false;
  place.stop();
  place.reopen();
  CHECK(place.recorded(place.request("k1")).replayed);
}

TEST_CASE("engine: of a series, an opening says at once which case it opens, and the next is recorded on it") {
  Recorder place;
  place.create();
  std::promise<Result<Recorded>> opened, noted;
  const auto series = std::make_shared<Series>();
  const auto on = place.engine->record(place.request("k1"), series, [&](Result<Recorded> result) { opened.set_value(std::move(result)); });
  REQUIRE(on);
  REQUIRE(place.engine->record(place.note(*on, "k2"), series, [&](Result<Recorded> result) { noted.set_value(std::move(result)); }));
  CHECK(opened.get_future().get()->case_id == *on);
  CHECK(noted.get_future().get()->revision == 2);
}

TEST_CASE("engine: a series that is repeated names the cases of then") {
  Recorder place;
  place.create();
  const Recorded told = place.recorded(place.request("k1"));
  place.reopen();
  std::promise<Result<Recorded>> again;
  const auto on = place.engine->record(place.request("k1"), std::make_shared<Series>(), [&](Result<Recorded> result) { again.set_value(std::move(result)); });
  REQUIRE(on);
  CHECK(*on == told.case_id);
  CHECK(again.get_future().get()->replayed);
}

TEST_CASE("engine: what a series cannot take is told at once, and to nobody else") {
  Recorder place;
  place.create();
  bool answered = false;
  const auto on = place.engine->record(place.note(CaseId{}, "k1"), std::make_shared<Series>(), [&](Result<Recorded>) { answered = true; });
  CHECK(on.error().code == Code::not_found);
  CHECK_FALSE(answered);
}
