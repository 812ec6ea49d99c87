#include "tools/demo/preparation.h"

#include <algorithm>

#include "tools/demo/attempts.h"

namespace acta::sample {
namespace {

constexpr int partners_asked_for_more = 25, fiches_returned = 25, opinions_told_late = 8;  // in a hundred
constexpr std::int64_t days_to_answer = 28, days_of_consultation = 14;
constexpr std::int64_t calm_days_min = 6, calm_days_max = 24;      // between the commitment and the launch
constexpr std::int64_t opinions_before_return = 3;

const std::vector<std::string>& consulted_bodies() {
  static const std::vector<std::string> bodies = {"EU_DELEGATION", "INTPA", "HOME", "EEAS", "NEAR"};
  return bodies;
}

std::string some_position(Dice& dice) {
  if (dice.percent(70)) return "in_favour";
  return dice.percent(70) ? "in_favour_with_comments" : "no_opinion";
}

// Thousands, as such budgets are.
std::int64_t some_budget(Dice& dice) { return dice.between(45, 140) * 1'000; }

// One seat of the group; the first one speaks for the mood, so that a round never contradicts its end.
std::string vote(Mood mood, bool first, Dice& dice) {
  if (mood == Mood::with_comments) return first || dice.percent(60) ? "approve_with_comments" : "approve";
  if (mood == Mood::against) return first || dice.percent(40) ? "object" : "abstain";
  return dice.percent(75) ? "approve" : "approve_with_comments";
}

// At most one seat of a favourable round stays out of it.
std::vector<std::string> votes(Mood mood, Dice& dice) {
  std::vector<std::string> all;
  for (std::size_t seat = 0; seat < steering_bodies().size(); ++seat) all.push_back(vote(mood, seat == 0, dice));
  if (mood == Mood::in_favour && dice.percent(40)) all[static_cast<std::size_t>(dice.between(0, 4))] = dice.percent(80) ? "abstain" : "recused";
  return all;
}

void plan_case(Plan& plan) {
  plan_receipt(plan);
  if (plan.dice.percent(partners_asked_for_more)) plan_questions(plan);
  plan_admission(plan);
  plan_consultation(plan);
  plan_fiche(plan, 1);
  int round = 1;
  if (plan.dice.percent(fiches_returned)) {
    plan_round(plan, round++, Mood::with_comments);
    plan_return(plan);
    plan_fiche(plan, 2);
  }
  plan_round(plan, round, Mood::in_favour);
  plan_minutes(plan);
  plan_approval(plan);
}

}  // namespace

void plan_receipt(Plan& plan) {
  const Letter letter{.channel = some_channel(plan.dice), .received = plan.day};
  plan.later(0, 3);
  plan.add(request_received(plan.row, plan.cast, plan.dice, letter));
  plan.later(1, 6);
  plan.add(request_acknowledged(plan.cast));
}

void plan_questions(Plan& plan) {
  plan.later(2, 8);
  plan.add(info_requested(plan.cast, plus_days(plan.day, days_to_answer)));
  const Date provided = plan.later(6, 20);
  plan.add(info_provided(plan.cast, provided));
}

void plan_admission(Plan& plan) {
  plan.later(5, 14);
  plan.add(deemed_admissible(plan.cast));
}

void plan_consultation(Plan& plan) {
  plan.later(1, 5);
  const auto asked = plan.dice.between(3, static_cast<std::int64_t>(consulted_bodies().size()));
  const std::vector<std::string> bodies(consulted_bodies().begin(), consulted_bodies().begin() + asked);
  plan.add(consultation_opened(plan.cast, bodies, plus_days(plan.day, days_of_consultation)));
  const Date earliest = plus_days(plan.day, 1);
  for (const std::string& body : bodies) {
    Date given = plan.later(1, 4);
    if (plan.dice.percent(opinions_told_late)) given = std::max(earliest, plus_days(given, -plan.dice.between(3, 9)));
    plan.add(opinion_given(plan.cast, {.body = body, .says = some_position(plan.dice)}, given));
  }
}

void plan_fiche(Plan& plan, int version) {
  const bool reworked = version > 1;
  plan.later(reworked ? 5 : 12, reworked ? 14 : 30);
  const std::int64_t budget = reworked ? plan.fiche.budget_euros - 4'000 : some_budget(plan.dice);
  plan.fiche = fiche_of(plan.row.title, version, budget);
  plan.add(fiche_drafted(plan.cast, plan.row, plan.fiche, some_activities(plan.row, plan.dice)));
  plan.later(2, 8);
  if (attempted(plan.row, Temptation::submit_own_draft)) plan.add(refused(fiche_submitted(plan.cast, plan.fiche), {.actor = plan.cast.officer, .role = "programme_manager", .rule = "distinct_persons/fiche/submit"}));
  plan.add(fiche_submitted(plan.cast, plan.fiche));
}

void plan_round(Plan& plan, int number, Mood mood) {
  const Round round{.number = number, .opened = plan.later(1, 4)};
  plan.add(decision_opened(plan.cast, plan.fiche, round));
  std::vector<std::string> given = votes(mood, plan.dice);
  if (mood == Mood::with_comments) given.resize(opinions_before_return);
  for (std::size_t seat = 0; seat < given.size(); ++seat) {
    if (seat == 2 && attempted(plan.row, Temptation::approve_too_early)) plan.add(refused(action_approved(plan.cast, plan.fiche), {.actor = plan.cast.chair, .role = "steering_chair", .rule = "quorum/steering_group"}));
    plan.later(0, 3);
    plan.add(member_opinion({.body = steering_bodies()[seat], .says = given[seat]}, plan.fiche, round));
  }
}

void plan_return(Plan& plan) {
  plan.later(1, 4);
  plan.add(fiche_returned(plan.cast, plan.fiche, static_cast<int>(plan.dice.between(1, 4))));
}

void plan_minutes(Plan& plan) {
  const Date held = plan.later(1, 3);
  plan.add(decision_minuted(plan.cast, plan.fiche, held));
}

void plan_approval(Plan& plan) {
  if (attempted(plan.row, Temptation::approve_own_fiche)) plan.add(refused(action_approved(plan.cast, plan.fiche), {.actor = plan.cast.manager, .role = "steering_chair", .rule = "distinct_persons/fiche/approve"}));
  plan.later(0, 3);
  plan.add(action_approved(plan.cast, plan.fiche));
  plan.later(2, 8);
  plan.add(commitment_reserved(plan.cast, plan.fiche.budget_euros));
}

Plan prepared_for(const ActionRow& row, Date launch) {
  Plan trial(row, launch);
  plan_case(trial);
  // Whole weeks earlier, so that with the same throws every step falls on the same weekday.
  const std::int64_t days = days_between(launch, trial.day) + trial.dice.between(calm_days_min, calm_days_max);
  Plan plan(row, plus_days(launch, -(days / 7 + 1) * 7));
  plan_case(plan);
  return plan;
}

}  // namespace acta::sample
