#include "tests/tools/demo_sample.h"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "events/render.h"

namespace acta::test {
namespace {

constexpr std::int64_t day_micros = 24ll * 3'600 * 1'000'000;

std::vector<SampleCase> read_cases(const Engine& engine) {
  std::vector<SampleCase> cases;
  std::map<CaseId, std::size_t> known;
  const auto visit = [&](Position, ByteView bytes) {
    Entry entry = *decode(bytes);
    if (!entry.case_id) return true;
    if (known.emplace(*entry.case_id, cases.size()).second) cases.push_back({.state = **engine.ledger().state(*entry.case_id), .events = {}, .refusals = {}});
    SampleCase& of = cases[known[*entry.case_id]];
    (entry.kind == Kind::refusal ? of.refusals : of.events).push_back(std::move(entry));
    return true;
  };
  REQUIRE(engine.ledger().scan(Position{0}, Position{engine.ledger().head().size}, visit));
  return cases;
}

}  // namespace

DemoSummary tell_sample(const Folders& folders, std::uint64_t seed) {
  SimulatedClock clock(start_of_demo());
  Environment environment;
  environment.clock = &clock;
  environment.simulated = true;
  auto engine = Engine::create(folders, founding_of_demo(seed), environment);
  REQUIRE_MESSAGE(engine, (engine ? "" : engine.error().message));
  const auto summary = tell_story(**engine, clock, shipped_actions(), nullptr);
  REQUIRE_MESSAGE(summary, (summary ? "" : summary.error().message));
  REQUIRE((*engine)->close());
  return *summary;
}

const Entry* SampleCase::last(std::string_view type) const {
  const auto found = std::find_if(events.rbegin(), events.rend(), [&](const Entry& event) { return event.type == type; });
  return found == events.rend() ? nullptr : &*found;
}

Sample::Sample() : folders_(Folders::beside(scratch_ / "sample")), summary_(tell_sample(folders_)) {
  auto opened = Engine::open(folders_, Access::read, {});
  REQUIRE(opened);
  engine_ = *std::move(opened);
  cases_ = read_cases(*engine_);
}

const Sample& Sample::told() {
  static const Sample sample;
  return sample;
}

const SampleCase& Sample::titled(std::string_view title) const {
  const auto found = std::find_if(cases_.begin(), cases_.end(), [&](const SampleCase& of) { return title_of_case(of) == title; });
  REQUIRE_MESSAGE(found != cases_.end(), title);
  return *found;
}

std::string Sample::stage(const SampleCase& of) const { return engine_->definition(of.state.definition)->stage_of(of.state.configuration); }

std::optional<CaseState> Sample::as_of(const SampleCase& of, Date day) const {
  const Instant end{start_of(day).micros + day_micros - 1};
  auto state = engine_->state_as_of(of.state.id, end, std::nullopt);
  REQUIRE(state);
  return *std::move(state);
}

std::string Sample::stage_as_of(const SampleCase& of, Date day) const {
  const auto state = as_of(of, day);
  return state ? engine_->definition(state->definition)->stage_of(state->configuration) : "";
}

Value Sample::field(const Entry& event, std::string_view path) const {
  const EventType* type = engine_->catalogue().find(event.type, *event.schema);
  REQUIRE(type != nullptr);
  const auto value = read_path(*type, event.payload, path);
  REQUIRE_MESSAGE(value, path);
  return *value;
}

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<sample::ActionRow> table_of_actions() {
  auto rows = sample::read_actions(text_of(ACTA_SOURCE_DIR "/data/mieux-actions.csv"));
  REQUIRE(rows);
  return *std::move(rows);
}

std::string title_of_case(const SampleCase& of) { return std::get<std::string>(of.state.data.at("title").held); }

}  // namespace acta::test
