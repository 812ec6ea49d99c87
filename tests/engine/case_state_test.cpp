#include "engine/case_state.h"

#include <doctest/doctest.h>

#include <random>

#include "events/value.h"

namespace acta {
namespace {

const CaseId bridge{{1, 2, 3}};

Entry opening() {
  Entry entry;
  entry.kind = Kind::event;
  entry.position = Position{40};
  entry.case_id = bridge;
  entry.revision = 1;
  entry.definition = Hash{{9}};
  entry.occurred_at = Instant{1'000};
  entry.recorded_at = Instant{2'000};
  entry.effect = Effect{};
  entry.effect->process = "loan";
  entry.effect->reference = "LOAN-2024-001";
  entry.effect->configuration = {"asked"};
  entry.effect->data = {{"title", text("Pont")}, {"fee", number(3)}};
  return entry;
}

Entry following(const CaseState& state) {
  Entry entry = opening();
  entry.position = Position{50};
  entry.revision = state.revision + 1;
  entry.effect = Effect{};
  entry.effect->configuration = state.configuration;
  return entry;
}

CaseState opened() {
  auto state = apply_unchecked(CaseState{}, opening());
  REQUIRE(state);
  return *state;
}

TEST_CASE("case state: an opening event says what the case is") {
  const CaseState state = opened();
  CHECK(state.id == bridge);
  CHECK(state.process == "loan");
  CHECK(state.reference == "LOAN-2024-001");
  CHECK(state.definition == Hash{{9}});
  CHECK(state.revision == 1);
  CHECK(state.configuration == std::vector<std::string>{"asked"});
  CHECK(state.opened_by == Position{40});
  CHECK(state.opened_at == Instant{2'000});
  CHECK(state.effective_at == Instant{1'000});
}

TEST_CASE("case state: an event replaces the configuration and merges the rest") {
  const CaseState before = opened();
  Entry entry = following(before);
  entry.recorded_at = Instant{3'000};
  entry.occurred_at = Instant{500};
  entry.effect->configuration = {"lent", "shelf"};
  entry.effect->data = {{"fee", std::nullopt}, {"days", number(30)}};
  entry.effect->history = {{"back", list({text("asked")})}};
  entry.effect->clocks = {{.name = "due", .state = ClockState::running, .due_at = Instant{9'000}, .left = {}, .calendar = {}}};
  const auto after = apply_unchecked(before, entry);
  REQUIRE(after);
  CHECK(after->configuration == std::vector<std::string>{"lent", "shelf"});
  CHECK(after->data == std::map<std::string, Value>{{"title", text("Pont")}, {"days", number(30)}});
  CHECK(after->history.at("back") == list({text("asked")}));
  CHECK(after->clocks.at("due").due_at == Instant{9'000});
  CHECK(after->changed_by == Position{50});
  CHECK(after->changed_at == Instant{3'000});
  CHECK(after->opened_by == Position{40});
  CHECK(after->effective_at == Instant{1'000});
}

TEST_CASE("case state: a notice changes clocks and data and raises no revision") {
  const CaseState before = opened();
  Entry entry = following(before);
  entry.kind = Kind::notice;
  entry.revision = before.revision;
  entry.effect->configuration.clear();
  entry.effect->data = {{"reminded", flag(true)}};
  const auto after = apply_unchecked(before, entry);
  REQUIRE(after);
  CHECK(after->revision == before.revision);
  CHECK(after->configuration == before.configuration);
  CHECK(after->changed_by == before.changed_by);
  CHECK(after->data.at("reminded") == flag(true));
  entry.effect->configuration = {"lent"};
  CHECK_FALSE(apply_unchecked(before, entry));
}

TEST_CASE("case state: a refusal changes nothing") {
  const CaseState before = opened();
  Entry entry = following(before);
  entry.kind = Kind::refusal;
  entry.effect.reset();
  CHECK(*apply(before, entry) == before);
}

TEST_CASE("case state: an entry that does not continue the case is damaged, its position named") {
  const CaseState before = opened();
  const auto broken = [&](const auto& change) {
    Entry entry = following(before);
    change(entry);
    const auto after = apply_unchecked(before, entry);
    REQUIRE_FALSE(after);
    CHECK(after.error().code == Code::damaged);
    CHECK(after.error().position == 50);
  };
  broken([](Entry& entry) { entry.revision = 3; });
  broken([](Entry& entry) { entry.revision = 1; });
  broken([](Entry& entry) { entry.revision.reset(); });
  broken([](Entry& entry) { entry.case_id = CaseId{{4}}; });
  broken([](Entry& entry) { entry.case_id.reset(); });
  broken([](Entry& entry) { entry.definition = Hash{{8}}; });
  broken([](Entry& entry) { entry.effect.reset(); });
  broken([](Entry& entry) { entry.effect->configuration = {"lent", "asked"}; });
  broken([](Entry& entry) { entry.kind = Kind::ledger; });
  broken([](Entry& entry) { entry.kind = Kind::notice; });
}

TEST_CASE("case state: a case opens with revision 1 and a definition") {
  Entry entry = opening();
  entry.revision = 2;
  CHECK_FALSE(apply_unchecked(CaseState{}, entry));
  entry = opening();
  entry.definition.reset();
  CHECK_FALSE(apply_unchecked(CaseState{}, entry));
}

TEST_CASE("case state: apply holds the recorded digest against the result") {
  Entry entry = opening();
  CHECK_FALSE(apply(CaseState{}, entry));
  entry.effect->state = state_digest(opened());
  CHECK(apply(CaseState{}, entry));
  entry.effect->state = Hash{{1}};
  const auto wrong = apply(CaseState{}, entry);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == Code::damaged);
}

CaseState full() {
  CaseState state;
  state.configuration = {"d\xC3\xA9livr\xC3\xA9", "implementing"};
  state.history = {{"back", list({text("field_work")})}};
  PersonId drafter;
  drafter.bytes.fill(7);
  state.data = {{"title", text("Pont")}, {"budget", Value{Money{-125'000, "EUR"}}}, {"persons/fiche/draft", list({list({id(drafter), number(41)})})}, {"urgent", flag(false)}};
  state.clocks = {{"decision", {.state = ClockState::paused, .due_at = Instant{1'700'000'000'000'000}, .left = -5, .calendar = {}}},
                  {"answer", {.state = ClockState::running, .due_at = {}, .left = {}, .calendar = Position{3}}}};
  return state;
}

// Both constants: Python's hashlib over the pairs written out by hand after docs/FORMAT.md.
TEST_CASE("case state: the digest is that of the format") {
  CHECK(to_text(state_digest(full())) == "bc05a3c3cd6da539c7f5a8efb8d95257efaa35046fc63c38d50a17e9a7460953");
  CHECK(to_text(state_digest(CaseState{})) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("case state: the digest covers what the case is in, not who it is or when") {
  CaseState state = full();
  const Hash before = state_digest(state);
  state.revision = 7;
  state.reference = "LOAN-2024-002";
  state.changed_at = Instant{5};
  CHECK(state_digest(state) == before);
  state.data["title"] = text("Gare");
  CHECK(state_digest(state) != before);
}

struct Random {
  std::mt19937_64 engine;

  std::uint64_t below(std::uint64_t limit) { return engine() % limit; }
  std::string word() {
    std::string text;
    for (std::uint64_t left = below(12); left > 0; --left) text += static_cast<char>('a' + below(26));
    return text;
  }
  Value value(int depth) {
    switch (below(depth > 2 ? 5 : 6)) {
      case 0: return text(word());
      case 1: return number(static_cast<std::int64_t>(engine()));
      case 2: return Value{Money{static_cast<std::int64_t>(engine()), "EUR"}};
      case 3: return flag(below(2) == 1);
      case 4: return id(CaseId{{static_cast<std::uint8_t>(below(256))}});
      default: break;
    }
    List items;
    for (std::uint64_t left = below(4); left > 0; --left) items.push_back(value(depth + 1));
    return list(std::move(items));
  }
  std::map<std::string, Value> values() {
    std::map<std::string, Value> made;
    for (std::uint64_t left = below(5); left > 0; --left) made.emplace(word(), value(0));
    return made;
  }
  CaseClock clock() {
    CaseClock made{.state = static_cast<ClockState>(below(6)), .due_at = {}, .left = {}, .calendar = {}};
    if (below(2) == 1) made.due_at = Instant{static_cast<std::int64_t>(engine())};
    if (below(2) == 1) made.left = static_cast<std::int64_t>(engine());
    if (below(2) == 1) made.calendar = Position{engine()};
    return made;
  }
  CaseState state() {
    CaseState made{.id = CaseId{{static_cast<std::uint8_t>(below(256))}}, .definition = Hash{{static_cast<std::uint8_t>(below(256))}}, .process = word(), .reference = word(), .parent = {}, .revision = static_cast<Revision>(engine()), .configuration = {}, .history = values(), .data = values(), .clocks = {}, .opened_by = Position{engine()}, .changed_by = Position{engine()}, .opened_at = {}, .changed_at = Instant{-7}, .effective_at = Instant{static_cast<std::int64_t>(engine())}};
    if (below(2) == 1) made.parent = CaseId{{5}};
    for (std::uint64_t left = below(4); left > 0; --left) made.configuration.push_back(word());
    for (std::uint64_t left = below(4); left > 0; --left) made.clocks.emplace(word(), clock());
    return made;
  }
};

TEST_CASE("case state: what was stored is what is read") {
  Random random{std::mt19937_64(20'240'229)};
  for (int round = 0; round < 500; ++round) {
    const CaseState state = random.state();
    const auto read = decode_case_state(encode(state));
    REQUIRE(read);
    CHECK(*read == state);
    CHECK(state_digest(*read) == state_digest(state));
  }
}

TEST_CASE("case state: bytes that are cut, longer or of another version are damaged") {
  const Bytes stored = encode(full());
  for (std::size_t length = 0; length < stored.size(); ++length) {
    const auto cut = decode_case_state(ByteView(stored).first(length));
    REQUIRE_FALSE(cut);
    CHECK(cut.error().code == Code::damaged);
  }
  Bytes longer = stored;
  longer.push_back(0);
  CHECK_FALSE(decode_case_state(longer));
  Bytes newer = stored;
  newer.front() = 2;
  CHECK_FALSE(decode_case_state(newer));
}

TEST_CASE("case state: a fold through storage is a fold in memory") {
  CaseState in_memory = opened(), stored = in_memory;
  Random random{std::mt19937_64(7)};
  for (int step = 0; step < 100; ++step) {
    Entry entry = following(in_memory);
    entry.effect->data = {{random.word(), random.value(0)}};
    entry.effect->configuration = {random.word()};
    in_memory = *apply_unchecked(in_memory, entry);
    stored = *apply_unchecked(*decode_case_state(encode(stored)), entry);
  }
  CHECK(stored == in_memory);
  CHECK(state_digest(stored) == state_digest(in_memory));
}

}  // namespace
}  // namespace acta
