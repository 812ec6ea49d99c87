#pragma once
// What somebody is told whose attempt a control rule forbade. Made from the recorded entry alone, so that the same
// request gets the same answer for ever.

#include "events/envelope.h"

namespace acta {

// Error: refused, with rule and the position of the refusal.
Error refusal_answer(const Entry& refusal);
// Beyond the hourly bound: the same, but nothing points to an entry.
Error unrecorded_refusal(const Entry& refusal);

}  // namespace acta
