#include "tools/demo/course.h"

#include <algorithm>

#include "tools/demo/attempts.h"

namespace acta::sample {
namespace {

constexpr Date war_begins = {2022, 2, 24};
constexpr Date travel_stops = {2020, 3, 16}, travel_resumes = {2021, 9, 6};
constexpr Date last_follow_up = {2024, 12, 31};
constexpr Date last_day_to_stop = {2021, 7, 30};  // later ones waited a few weeks with their first journey
constexpr std::int64_t long_days = 700;
constexpr int long_ones_amended = 45, amendments_rejected = 20, followed_up = 50;  // in a hundred

struct Pause {
  Halt halt;
  std::optional<Date> until;   // none: it still rests
  std::string resumed_for;
};

bool runs_on(const Window& window, Date day) { return window.start.day < day && (!window.end || window.end->told.day > day); }

std::optional<Pause> pause_by_war(const Plan& plan, const Window& window) {
  const std::vector<std::string>& countries = plan.row.countries;
  const bool there = std::find(countries.begin(), countries.end(), "UA") != countries.end();
  if (!there || !runs_on(window, war_begins)) return std::nullopt;
  return Pause{.halt = {.scope = "all_activities", .reason = "conflict", .from = war_begins}, .until = {}, .resumed_for = {}};
}

// On-site work rested; an action that was to end meanwhile ended with remote work.
std::optional<Pause> pause_by_pandemic(Plan& plan, const Window& window) {
  const Date from = working_day(std::max(travel_stops, plus_days(window.start.day, plan.dice.between(3, 10))));
  const Date until = working_day(plus_days(travel_resumes, plan.dice.between(0, 20)));
  if (!runs_on(window, from) || from > last_day_to_stop) return std::nullopt;
  Pause pause{.halt = {.scope = "on_site_activities", .reason = "pandemic", .from = from}, .until = until, .resumed_for = "cause_ended"};
  if (runs_on(window, until)) return pause;
  pause.until = working_day(plus_days(window.end->told.day, -3));
  pause.resumed_for = "remote_work";
  return pause;
}

struct Amendment {
  Date proposed, old_end, new_end;
  bool approved = true;
};

std::optional<Amendment> some_amendment(Plan& plan, const Window& window, const std::optional<Pause>& pause) {
  if (!window.end || plan.row.ending != Ending::completed || days_between(window.start.day, window.end->told.day) < long_days) return std::nullopt;
  const Date proposed = working_day(plus_days(window.end->told.day, -plan.dice.between(60, 140)));
  const std::int64_t longer = plan.dice.between(40, 60);
  const bool rests = pause && (!pause->until || proposed <= *pause->until);
  if (!plan.dice.percent(long_ones_amended) || rests) return std::nullopt;
  const Date end = window.end->day;
  if (plan.dice.percent(amendments_rejected)) return Amendment{.proposed = proposed, .old_end = end, .new_end = plus_days(end, longer), .approved = false};
  return Amendment{.proposed = proposed, .old_end = plus_days(end, -longer), .new_end = end};
}

void plan_pause(Plan& plan, const Pause& pause) {
  plan.until(pause.halt.from);
  plan.add(action_suspended(plan.cast, pause.halt));
  if (!pause.until) return;
  plan.until(*pause.until);
  plan.add(action_resumed(plan.cast, pause.resumed_for, *pause.until));
}

void plan_amendment(Plan& plan, const Amendment& amendment) {
  plan.until(amendment.proposed);
  plan.add(amendment_proposed(plan.cast, amendment.new_end));
  plan.later(4, 12);
  plan.add(amendment.approved ? amendment_approved(plan.cast) : amendment_rejected(plan.cast));
}

void plan_release(Plan& plan) {
  plan.later(7, 20);
  plan.add(commitment_released(plan.cast, plan.dice.between(2, 60) * 100));
}

void plan_publication(Plan& plan) {
  plan.later(3, 30);
  plan.add(publication_released(plan.cast, plan.row));
}

void plan_termination(Plan& plan, const When& end) {
  plan.until(end.day);
  plan.add(action_terminated(plan.cast, end.told));
  plan_release(plan);
  plan_publication(plan);
}

void plan_evaluation(Plan& plan) {
  plan.later(25, 60);
  const std::int64_t sent = plan.dice.between(12, 60);
  const Step filed = evaluation_filed(plan.cast, {.sent = sent, .answered = sent * plan.dice.between(55, 95) / 100});
  if (attempted(plan.row, Temptation::evaluate_own_work)) plan.add(refused(filed, {.actor = plan.cast.officer, .role = "evaluator", .rule = "distinct_persons/evaluation/evaluate"}));
  plan.add(filed);
}

void plan_closing(Plan& plan) {
  plan.later(5, 25);
  if (attempted(plan.row, Temptation::close_own_accounts)) plan.add(refused(action_closed(plan.cast), {.actor = plan.cast.verifier, .role = "programme_manager", .rule = "distinct_persons/closing/close"}));
  plan.add(action_closed(plan.cast));
}

void plan_follow_up(Plan& plan, const When& end) {
  const int months = plan.dice.percent(50) ? 6 : 12;
  const Date day = working_day(plus_days(end.day, months * 30 + plan.dice.between(0, 20)));
  if (!plan.dice.percent(followed_up) || day <= plan.day || day > last_follow_up) return;
  plan.until(day);
  plan.add(follow_up(plan.cast, months, day));
}

void plan_completion(Plan& plan, const When& end) {
  plan.until(end.day);
  plan.add(activities_completed(plan.cast, plan.row, plan.row.activities ? *plan.row.activities : plan.dice.between(3, 7), end.told));
  plan_evaluation(plan);
  plan_release(plan);
  plan_closing(plan);
  plan_publication(plan);
  plan_follow_up(plan, end);
}

}  // namespace

void plan_course(Plan& plan, const Window& window) {
  std::optional<Pause> pause = pause_by_war(plan, window);
  if (!pause) pause = pause_by_pandemic(plan, window);
  const std::optional<Amendment> amendment = some_amendment(plan, window, pause);
  plan.until(window.start.day);
  plan.add(action_launched(plan.cast, plan.row, window.start.told, amendment ? std::optional(amendment->old_end) : std::nullopt));
  if (pause) plan_pause(plan, *pause);
  if (amendment) plan_amendment(plan, *amendment);
  const bool rests_for_good = pause && !pause->until;
  if (!window.end || rests_for_good) return;
  plan.row.ending == Ending::first_phase_only ? plan_termination(plan, *window.end) : plan_completion(plan, *window.end);
}

}  // namespace acta::sample
