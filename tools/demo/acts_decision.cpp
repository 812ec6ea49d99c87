// The fiche and the steering group's decision on it.

#include "events/sha256.h"
#include "tools/demo/acts.h"

namespace acta::sample {
namespace {

constexpr std::int64_t days_to_answer = 14;
constexpr const char* kinds[] = {"fact_finding", "workshop", "training", "training_of_trainers", "study_visit", "drafting", "remote_support", "round_table"};

Json about(const Fiche& fiche) { return {{"fiche_version", fiche.version}, {"fiche", fiche.digest}}; }

}  // namespace

const std::vector<std::string>& steering_bodies() {
  static const std::vector<std::string> bodies = {"INTPA", "HOME", "NEAR", "EEAS", "TEAM"};
  return bodies;
}

Fiche fiche_of(const std::string& name, int version, std::int64_t budget_euros) {
  const std::string words = "fiche of " + name + ", version " + std::to_string(version);
  return {.version = version, .digest = to_text(sha256(view(words))), .budget_euros = budget_euros};
}

Json euros(std::int64_t amount) { return {{"amount", std::to_string(amount) + ".00"}, {"currency", "EUR"}}; }

Json some_activities(const ActionRow& row, Dice& dice) {
  const std::int64_t count = row.activities ? *row.activities : dice.between(3, 7);
  Json activities = Json::array();
  for (std::int64_t number = 1; number <= count; ++number) {
    const std::string kind = dice.one_of(kinds);
    activities.push_back({{"number", number}, {"kind", kind}, {"title", "Activity " + std::to_string(number)}, {"experts", dice.between(1, 4)}});
  }
  return activities;
}

Step fiche_drafted(const Cast& cast, const ActionRow& row, const Fiche& fiche, Json activities) {
  Json data = about(fiche);
  data["activities"] = std::move(activities);
  data["budget"] = euros(fiche.budget_euros);
  if (!row.expert_origins.empty()) data["expert_origins"] = row.expert_origins;
  return {.type = "FicheDrafted", .data = std::move(data), .actor = cast.officer, .role = "project_officer", .evidence = {"fiche"}, .from_source = {"expert_origins"}};
}

Step fiche_submitted(const Cast& cast, const Fiche& fiche) {
  Json data = about(fiche);
  data["budget"] = euros(fiche.budget_euros);
  return {.type = "FicheSubmitted", .data = std::move(data), .actor = cast.manager, .role = "programme_manager", .evidence = {"fiche", "partner_agreement"}};
}

Step fiche_returned(const Cast& cast, const Fiche& fiche, int comments) {
  const Json data = {{"fiche_version", fiche.version}, {"comments_count", comments}, {"comments", "Say who owns the results, and which activity each budget line pays for."}};
  return {.type = "FicheReturned", .data = data, .actor = cast.secretary, .role = "steering_secretary", .reason = "comments"};
}

Step decision_opened(const Cast& cast, const Fiche& fiche, const Round& round) {
  Json seats = Json::array();
  for (const std::string& body : steering_bodies()) seats.push_back({{"body", body}, {"representative", person(member_of(body, round.opened.year))}});
  const Json data = {{"mode", "written"}, {"round", round.number}, {"deadline", to_text(plus_days(round.opened, days_to_answer))}, {"fiche", fiche.digest}, {"seats", std::move(seats)}};
  return {.type = "DecisionOpened", .data = data, .actor = cast.secretary, .role = "steering_secretary", .evidence = {"convocation"}};
}

Step member_opinion(const Opinion& opinion, const Fiche& fiche, const Round& round) {
  return {.type = "MemberOpinion", .data = {{"body", opinion.body}, {"vote", opinion.says}, {"fiche", fiche.digest}}, .actor = member_of(opinion.body, round.opened.year), .role = "steering_member"};
}

Step decision_minuted(const Cast& cast, const Fiche& fiche, Date held) {
  return {.type = "DecisionMinuted", .data = {{"held_on", to_text(held)}, {"mode", "written"}, {"fiche", fiche.digest}}, .actor = cast.secretary, .role = "steering_secretary", .evidence = {"minutes"}, .told = Told{.day = held}};
}

Step action_approved(const Cast& cast, const Fiche& fiche) {
  Json data = about(fiche);
  data["budget"] = euros(fiche.budget_euros);
  return {.type = "ActionApproved", .data = std::move(data), .actor = cast.chair, .role = "steering_chair", .evidence = {"minutes"}};
}

Step action_rejected(const Cast& cast, const Fiche& fiche, const std::string& reason) {
  return {.type = "ActionRejected", .data = about(fiche), .actor = cast.chair, .role = "steering_chair", .reason = reason, .evidence = {"minutes"}};
}

Step review_requested(const Cast& cast, const std::string& against, Date day) {
  return {.type = "ReviewRequested", .data = {{"against", against}, {"grounds", "The authority asks that its request be looked at again."}}, .actor = cast.partner, .role = "partner_authority", .evidence = {"review_letter"}, .told = Told{.day = day}};
}

Step review_dismissed(const Cast& cast) {
  return {.type = "ReviewDismissed", .data = {{"finding", "The letter brings no fact that the steering group did not know."}}, .actor = cast.second_manager, .role = "programme_manager", .reason = "no_new_facts", .evidence = {"review_report"}};
}

}  // namespace acta::sample
