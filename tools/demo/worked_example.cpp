#include "tools/demo/worked_example.h"

#include "tools/demo/plan.h"

namespace acta::sample {
namespace {

constexpr std::int64_t budget = 96'000, first_budget = 104'000, left_over = 1'240;
constexpr std::int64_t activities_held = 4;
constexpr int months_to_follow_up = 9;

void on(Plan& plan, Date day, Step step) {
  plan.until(day);
  plan.add(std::move(step));
}

Json activities() {
  return Json::array({{{"number", 1}, {"kind", "fact_finding"}, {"title", "Needs assessment in Port Louis"}, {"experts", 3}, {"working_days", 5}},
                      {{"number", 2}, {"kind", "drafting"}, {"title", "Standard operating procedures"}, {"experts", 2}},
                      {{"number", 3}, {"kind", "workshop"}, {"title", "Workshop on the draft procedures"}, {"experts", 2}},
                      {{"number", 4}, {"kind", "training_of_trainers"}, {"title", "Training of trainers"}, {"experts", 2}}});
}

void plan_request(Plan& plan) {
  const Cast& cast = plan.cast;
  on(plan, {2021, 3, 2}, request_received(plan.row, cast, plan.dice, {.channel = "letter_via_eu_delegation", .received = {2021, 3, 2}}));
  on(plan, {2021, 3, 5}, request_acknowledged(cast));
  on(plan, {2021, 3, 19}, deemed_admissible(cast));
  on(plan, {2021, 3, 22}, consultation_opened(cast, {"EU_DELEGATION", "INTPA", "HOME", "NEAR", "EEAS"}, {2021, 4, 5}));
  on(plan, {2021, 3, 25}, opinion_given(cast, {.body = "EU_DELEGATION", .says = "in_favour"}, {2021, 3, 25}));
  on(plan, {2021, 3, 29}, opinion_given(cast, {.body = "INTPA", .says = "in_favour"}, {2021, 3, 29}));
  on(plan, {2021, 3, 31}, opinion_given(cast, {.body = "HOME", .says = "in_favour_with_comments"}, {2021, 3, 31}));
  on(plan, {2021, 4, 1}, opinion_given(cast, {.body = "NEAR", .says = "no_opinion"}, {2021, 4, 1}));
  on(plan, {2021, 4, 5}, opinion_given(cast, {.body = "EEAS", .says = "in_favour"}, {2021, 4, 5}));
}

void plan_first_fiche(Plan& plan) {
  const Cast& cast = plan.cast;
  const Fiche fiche = fiche_of(plan.row.title, 1, first_budget);
  const Round round{.number = 1, .opened = {2021, 5, 11}};
  on(plan, {2021, 5, 6}, fiche_drafted(cast, plan.row, fiche, activities()));
  on(plan, {2021, 5, 10}, fiche_submitted(cast, fiche));
  on(plan, round.opened, decision_opened(cast, fiche, round));
  on(plan, {2021, 5, 19}, member_opinion({.body = "HOME", .says = "approve_with_comments"}, fiche, round));
  on(plan, {2021, 5, 21}, member_opinion({.body = "INTPA", .says = "approve_with_comments"}, fiche, round));
  on(plan, {2021, 5, 24}, fiche_returned(cast, fiche, 2));
}

void plan_second_fiche(Plan& plan) {
  const Cast& cast = plan.cast;
  const Fiche fiche = fiche_of(plan.row.title, 2, budget);
  const Round round{.number = 2, .opened = {2021, 6, 7}};
  on(plan, {2021, 6, 2}, fiche_drafted(cast, plan.row, fiche, activities()));
  on(plan, {2021, 6, 4}, fiche_submitted(cast, fiche));
  on(plan, round.opened, decision_opened(cast, fiche, round));
  on(plan, {2021, 6, 10}, member_opinion({.body = "INTPA", .says = "approve"}, fiche, round));
  on(plan, {2021, 6, 11}, member_opinion({.body = "HOME", .says = "approve"}, fiche, round));
  on(plan, {2021, 6, 14}, member_opinion({.body = "NEAR", .says = "abstain"}, fiche, round));
  on(plan, {2021, 6, 15}, member_opinion({.body = "EEAS", .says = "approve"}, fiche, round));
  on(plan, {2021, 6, 16}, member_opinion({.body = "TEAM", .says = "approve"}, fiche, round));
  on(plan, {2021, 6, 17}, decision_minuted(cast, fiche, {2021, 6, 17}));
  on(plan, {2021, 6, 18}, action_approved(cast, fiche));
}

void plan_work(Plan& plan) {
  const Cast& cast = plan.cast;
  on(plan, {2021, 6, 21}, commitment_reserved(cast, budget));
  on(plan, {2021, 7, 15}, action_launched(cast, plan.row, {.day = {2021, 7, 15}}, Date{2023, 7, 31}));
  on(plan, {2021, 11, 26}, note(cast, "The needs assessment was held in Port Louis from 22 to 26 November. One of the three experts was replaced before the journey."));
  on(plan, {2022, 2, 14}, note(cast, "The border is closed: the third activity is put off."));
  on(plan, {2022, 9, 19}, note(cast, "For the first mission one night too many was paid."));
  on(plan, {2022, 11, 14}, note(cast, "The overpaid night was set off against a later claim."));
  on(plan, {2023, 5, 8}, amendment_proposed(cast, {2023, 9, 30}));
  on(plan, {2023, 5, 15}, amendment_approved(cast));
  on(plan, {2023, 9, 12}, activities_completed(cast, plan.row, activities_held, {.day = {2023, 9, 12}}));
}

void plan_aftermath(Plan& plan) {
  const Cast& cast = plan.cast;
  on(plan, {2023, 10, 16}, evaluation_filed(cast, {.sent = 31, .answered = 27}));
  on(plan, {2023, 11, 20}, commitment_released(cast, left_over));
  on(plan, {2023, 12, 11}, action_closed(cast));
  on(plan, {2023, 12, 18}, publication_released(cast, plan.row));
  on(plan, {2024, 6, 17}, follow_up(cast, months_to_follow_up, {2024, 6, 17}));
}

}  // namespace

Story worked_example(const ActionRow& row) {
  Plan plan(row, {2021, 3, 2});
  plan_request(plan);
  plan_first_fiche(plan);
  plan_second_fiche(plan);
  plan_work(plan);
  plan_aftermath(plan);
  return plan.story;
}

}  // namespace acta::sample
