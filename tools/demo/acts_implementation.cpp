// Money, work, evaluation and what follows.

#include "tools/demo/acts.h"

namespace acta::sample {
namespace {

constexpr std::int64_t days_to_review = 90;

Step commitment(const Cast& cast, const char* type, std::int64_t amount_euros) {
  return {.type = type, .data = {{"line", "activities"}, {"amount", euros(amount_euros)}}, .actor = cast.verifier, .role = "financial_verifier", .evidence = {"commitment_note"}};
}

Step amendment(const Cast& cast, const char* type) { return {.type = type, .data = {{"kind", "minor"}, {"number", 1}}, .actor = cast.manager, .role = "programme_manager"}; }

}  // namespace

Step note(const Cast& cast, const std::string& text) { return {.type = "NoteAdded", .data = {{"note", text}}, .actor = cast.officer, .role = "project_officer"}; }

Step commitment_reserved(const Cast& cast, std::int64_t amount_euros) { return commitment(cast, "CommitmentReserved", amount_euros); }

Step commitment_released(const Cast& cast, std::int64_t amount_euros) { return commitment(cast, "CommitmentReleased", amount_euros); }

Step action_launched(const Cast& cast, const ActionRow& row, const Told& told, std::optional<Date> planned_end) {
  Json data = Json::object();
  if (planned_end) data["planned_end"] = to_text(*planned_end);
  if (!row.expert_origins.empty()) data["expert_origins"] = row.expert_origins;
  return {.type = "ActionLaunched", .data = std::move(data), .actor = cast.officer, .role = "project_officer", .evidence = {"launch_minutes"}, .told = told, .from_source = {"expert_origins"}};
}

Step amendment_proposed(const Cast& cast, Date new_end) {
  return {.type = "AmendmentProposed", .data = {{"kind", "minor"}, {"number", 1}, {"new_end", to_text(new_end)}}, .actor = cast.officer, .role = "project_officer", .evidence = {"amended_fiche"}};
}

Step amendment_approved(const Cast& cast) {
  Step step = amendment(cast, "AmendmentApproved");
  step.evidence = {"approval_note"};
  return step;
}

Step amendment_rejected(const Cast& cast) {
  Step step = amendment(cast, "AmendmentRejected");
  step.reason = "budget";
  return step;
}

Step action_suspended(const Cast& cast, const Halt& halt) {
  return {.type = "ActionSuspended", .data = {{"scope", halt.scope}, {"review_on", to_text(plus_days(halt.from, days_to_review))}}, .actor = cast.manager, .role = "programme_manager", .reason = halt.reason, .told = Told{.day = halt.from}};
}

Step action_resumed(const Cast& cast, const std::string& reason, Date day) {
  return {.type = "ActionResumed", .actor = cast.manager, .role = "programme_manager", .reason = reason, .told = Told{.day = day}};
}

Step action_terminated(const Cast& cast, const Told& told) {
  return {.type = "ActionTerminated", .actor = cast.chair, .role = "steering_chair", .reason = "first_phase_only", .evidence = {"closing_statement"}, .told = told};
}

Step activities_completed(const Cast& cast, const ActionRow& row, std::int64_t held, const Told& told) {
  Step step{.type = "ActivitiesCompleted", .data = {{"activities_held", held}}, .actor = cast.officer, .role = "project_officer", .evidence = {"completion_statement"}, .told = told};
  if (row.activities) step.from_source = {"activities_held"};
  return step;
}

Step evaluation_filed(const Cast& cast, const Forms& forms) {
  return {.type = "ActionEvaluationFiled", .data = {{"forms_sent", forms.sent}, {"forms_answered", forms.answered}}, .actor = cast.evaluator, .role = "evaluator", .evidence = {"evaluation_report"}};
}

Step action_closed(const Cast& cast) {
  return {.type = "ActionClosed", .data = {{"payments_settled", true}, {"retention_class", "case"}}, .actor = cast.manager, .role = "programme_manager", .evidence = {"final_account"}};
}

Step publication_released(const Cast& cast, const ActionRow& row) {
  Json data = {{"outlet", "web"}};
  if (!row.url.empty()) data["address"] = row.url;
  return {.type = "PublicationReleased", .data = std::move(data), .actor = cast.officer, .role = "project_officer", .evidence = {"web_page"}, .from_source = {"outlet", "address"}};
}

Step follow_up(const Cast& cast, int months, Date day) {
  return {.type = "FollowUpRecorded", .data = {{"months_after_end", months}}, .actor = cast.officer, .role = "project_officer", .evidence = {"follow_up_note"}, .told = Told{.day = day}};
}

}  // namespace acta::sample
