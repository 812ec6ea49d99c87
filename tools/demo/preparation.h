#pragma once
// From the partner's letter to the money that is set aside. Each function plans what comes next in one case.

#include "tools/demo/plan.h"

namespace acta::sample {

void plan_receipt(Plan& plan);                 // received on plan.day, acknowledged
void plan_questions(Plan& plan);               // the partner is asked for more; gives the answer
void plan_admission(Plan& plan);
void plan_consultation(Plan& plan);
void plan_fiche(Plan& plan, int version);      // drafted and submitted

enum class Mood : std::uint8_t { in_favour, with_comments, against };
// The round is opened, its seats give their opinions; with comments, only some do.
void plan_round(Plan& plan, int number, Mood mood);
void plan_return(Plan& plan);
void plan_minutes(Plan& plan);
void plan_approval(Plan& plan);                // and the commitment

// A case that was received so early that its commitment is reserved some days before `launch`.
Plan prepared_for(const ActionRow& row, Date launch);

}  // namespace acta::sample
