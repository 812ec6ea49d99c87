#pragma once
// What somebody tries in the sample and a control rule refuses: the refusal is on record.

#include "tools/demo/action_row.h"

namespace acta::sample {

enum class Temptation : std::uint8_t { submit_own_draft, approve_own_fiche, approve_too_early, evaluate_own_work, close_own_accounts };

// In one case each.
bool attempted(const ActionRow& row, Temptation temptation);

}  // namespace acta::sample
