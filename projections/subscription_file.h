#pragma once
// A subscription as its file holds it: one line of JSON, and the SHA-256 of that line, for a flipped bit would be a gap.

#include "projections/subscriptions.h"

namespace acta {

std::string subscription_text(const Subscription& subscription, const LedgerId& ledger);
// Error: damaged; foreign (it counts the positions of another ledger).
Result<Subscription> parse_subscription(std::string_view text, const LedgerId& ledger);

}  // namespace acta
