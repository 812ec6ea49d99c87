#pragma once
// The events of the sample as steps: one function an event type. Whatever a parameter does not give is invented by the caller.

#include "tools/demo/action_row.h"
#include "tools/demo/cast.h"
#include "tools/demo/story.h"

namespace acta::sample {

struct Fiche {
  int version = 1;
  std::string digest;                        // 64 hex digits
  std::int64_t budget_euros = 0;
};
Fiche fiche_of(const std::string& name, int version, std::int64_t budget_euros);

Json euros(std::int64_t amount);             // as events hold money
std::string person(const std::string& handle);

struct Letter {
  std::string channel;
  Date received;
};
std::string some_channel(Dice& dice);
Step request_received(const ActionRow& row, const Cast& cast, Dice& dice, const Letter& letter);
Step request_acknowledged(const Cast& cast);
Step info_requested(const Cast& cast, Date answer_by);
Step info_provided(const Cast& cast, Date provided);
Step deemed_admissible(const Cast& cast);
Step deemed_inadmissible(const Cast& cast, const std::string& reason);
Step withdrawn(const Cast& cast, Date day);
Step lapsed(const Cast& cast, Date unanswered_since);
Step consultation_opened(const Cast& cast, const std::vector<std::string>& bodies, Date answer_by);

struct Opinion {
  std::string body, says;                    // a position before the fiche, a vote on it
};
Step opinion_given(const Cast& cast, const Opinion& opinion, Date day);

Json some_activities(const ActionRow& row, Dice& dice);
Step fiche_drafted(const Cast& cast, const ActionRow& row, const Fiche& fiche, Json activities);
Step fiche_submitted(const Cast& cast, const Fiche& fiche);
Step fiche_returned(const Cast& cast, const Fiche& fiche, int comments);

// Who has a seat is settled when the round opens.
struct Round {
  int number = 1;
  Date opened;
};
Step decision_opened(const Cast& cast, const Fiche& fiche, const Round& round);
Step member_opinion(const Opinion& opinion, const Fiche& fiche, const Round& round);
Step decision_minuted(const Cast& cast, const Fiche& fiche, Date held);
Step action_approved(const Cast& cast, const Fiche& fiche);
Step action_rejected(const Cast& cast, const Fiche& fiche, const std::string& reason);
Step review_requested(const Cast& cast, const std::string& against, Date day);
Step review_dismissed(const Cast& cast);


Step note(const Cast& cast, const std::string& text);
Step commitment_reserved(const Cast& cast, std::int64_t amount_euros);
Step commitment_released(const Cast& cast, std::int64_t amount_euros);
Step action_launched(const Cast& cast, const ActionRow& row, const Told& told, std::optional<Date> planned_end);
Step amendment_proposed(const Cast& cast, Date new_end);
Step amendment_approved(const Cast& cast);
Step amendment_rejected(const Cast& cast);

struct Halt {
  std::string scope, reason;
  Date from;
};
Step action_suspended(const Cast& cast, const Halt& halt);
Step action_resumed(const Cast& cast, const std::string& reason, Date day);
Step action_terminated(const Cast& cast, const Told& told);
Step activities_completed(const Cast& cast, const ActionRow& row, std::int64_t held, const Told& told);

struct Forms {
  std::int64_t sent = 0, answered = 0;
};
Step evaluation_filed(const Cast& cast, const Forms& forms);
Step action_closed(const Cast& cast);
Step publication_released(const Cast& cast, const ActionRow& row);
Step follow_up(const Cast& cast, int months, Date day);

// The bodies of the steering group.
const std::vector<std::string>& steering_bodies();

}  // namespace acta::sample
