#include "tools/demo/demo.h"

#include <algorithm>

#include "events/sha256.h"
#include "tools/demo/course.h"
#include "tools/demo/preparation.h"
#include "tools/demo/requests_without_action.h"
#include "tools/demo/worked_example.h"

namespace acta {
namespace {

using namespace sample;

constexpr Date first_day = {2009, 1, 2};       // the facility began that month
constexpr std::int64_t opening_hour_micros = 8ll * 3'600 * 1'000'000;

Story story_of(const ActionRow& row) {
  if (row.ref == worked_example_ref) return worked_example(row);
  Dice dice("window of " + row.title);
  const Window window = window_of(row, dice);
  Plan plan = prepared_for(row, window.start.told.day);
  plan_course(plan, window);
  return std::move(plan.story);
}

std::vector<Story> stories_of(const std::vector<ActionRow>& rows) {
  std::vector<Story> stories;
  for (const ActionRow& row : rows) stories.push_back(story_of(row));
  for (Story& story : requests_without_action()) stories.push_back(std::move(story));
  return stories;
}

struct Turn {
  std::size_t story = 0, step = 0;
};

// All steps of all stories in the order of time.
std::vector<Turn> in_order(const std::vector<Story>& stories) {
  std::vector<Turn> turns;
  for (std::size_t story = 0; story < stories.size(); ++story) {
    for (std::size_t step = 0; step < stories[story].steps().size(); ++step) turns.push_back({story, step});
  }
  std::stable_sort(turns.begin(), turns.end(), [&](const Turn& a, const Turn& b) { return stories[a.story].steps()[a.step].at < stories[b.story].steps()[b.step].at; });
  return turns;
}

std::vector<Evidence> evidence_of(const Step& step) {
  std::vector<Evidence> evidence;
  for (const std::string& category : step.evidence) evidence.push_back(Evidence{.digest = {}, .size = {}, .media_type = "application/pdf", .category = category, .held = false});
  return evidence;
}

class Teller {
 public:
  Teller(Engine& engine, SimulatedClock& clock, std::string_view csv) : engine_(engine), clock_(clock), source_(sha256(view(csv))) {}

  Result<DemoSummary> tell(const std::vector<Story>& stories, const DemoProgress& progress);

 private:
  Result<void> take(const Turn& turn, const Story& story);
  Result<Submission> submission_of(const Turn& turn, const Step& step) const;
  Result<void> settle(const Turn& turn, const Step& step, const Result<Recorded>& answer);

  Engine& engine_;
  SimulatedClock& clock_;
  Hash source_;
  std::vector<std::optional<CaseId>> cases_;   // by story
  DemoSummary summary_;
};

Result<Submission> Teller::submission_of(const Turn& turn, const Step& step) const {
  const EventType* type = engine_.catalogue().find(step.type);
  if (type == nullptr) return error(Code::invalid, "this ledger knows no such event type");
  ACTA_TRY(Draft draft, check(*type, step.data));
  Submission made;
  made.case_id = cases_[turn.story];
  made.draft = std::move(draft);
  made.actor = step.actor;
  made.role = step.role;
  made.key = "sample:" + std::to_string(turn.story) + ":" + std::to_string(turn.step);
  made.method = "POST";
  made.path = made.case_id ? "/v1/cases/" + to_text(*made.case_id) + "/events" : "/v1/cases";
  if (step.told) made.occurred_at = start_of(step.told->day);
  if (step.told) made.precision = step.told->precision;
  made.evidence = evidence_of(step);
  made.reason = step.reason;
  made.mark = Mark::synthetic;
  made.source = source_;
  made.invented = invented_in(step);
  return made;
}

// What is to be refused must be refused by just that rule, and everything else recorded.
Result<void> Teller::settle(const Turn& turn, const Step& step, const Result<Recorded>& answer) {
  const bool stopped = !answer && answer.error().code == Code::refused && answer.error().rule == step.refused_by;
  if (!step.refused_by.empty() && !stopped) return error(Code::invalid, "it should have been refused by " + step.refused_by);
  if (stopped) {
    ++summary_.refusals;
    return {};
  }
  if (!answer) return answer.error();
  cases_[turn.story] = answer->case_id;
  ++summary_.events;
  return {};
}

Result<void> Teller::take(const Turn& turn, const Story& story) {
  const Step& step = story.steps()[turn.step];
  clock_.set(step.at);
  const auto told = [&]() -> Result<void> {
    ACTA_TRY(const Submission submission, submission_of(turn, step));
    return settle(turn, step, engine_.record(submission));
  }();
  if (told) return {};
  Error failure = told.error();
  failure.message = story.name() + ": " + step.type + ": " + failure.message;
  return failure;
}

Result<DemoSummary> Teller::tell(const std::vector<Story>& stories, const DemoProgress& progress) {
  cases_.resize(stories.size());
  summary_.cases = stories.size();
  const std::vector<Turn> turns = in_order(stories);
  for (std::size_t done = 0; done < turns.size(); ++done) {
    ACTA_CHECK(take(turns[done], stories[turns[done].story]));
    if (progress) progress(done + 1, turns.size());
  }
  return summary_;
}

}  // namespace

Founding founding_of_demo(std::uint64_t seed) {
  return Founding{.origin = "acta.example/mieux-sample",
                  .facility = "MIEUX (sample)",
                  .founders = {{.handle = "adm.sandoval", .roles = {"administrator"}}, {.handle = "adm.lehtinen", .roles = {"administrator"}}},
                  .demo = true,
                  .seed = seed};
}

Instant start_of_demo() { return Instant{start_of(first_day).micros + opening_hour_micros}; }

Result<DemoSummary> tell_story(Engine& engine, SimulatedClock& clock, std::string_view csv, const DemoProgress& progress) {
  ACTA_TRY(const std::vector<ActionRow> rows, read_actions(csv));
  ACTA_TRY(DemoSummary summary, Teller(engine, clock, csv).tell(stories_of(rows), progress));
  summary.actions = rows.size();
  return summary;
}

}  // namespace acta
