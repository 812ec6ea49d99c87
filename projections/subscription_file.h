#pragma once
// A subscription as its file holds it: one line of JSON, and the SHA-256 of that line, for a flipped bit would be a gap.

#include "projections/subscriptions.h"

namespace acta {

std::string subscription_text(const Subscription& subscription, const LedgerId& ledger);
// Error: damaged; foreign (it counts the positions of another ledger).
Result<Subscription> parse_subscription(std::string_view text, const LedgerId& ledger);

// Removes for good, from the folder of a stopped ledger, those that acknowledged entries which a ledger of `size` does not have:
// others will stand at these positions. One that cannot be read stays, to be told of. Gives their names. Error: unavailable.
Result<std::vector<std::string>> forget_subscriptions_beyond(rocksdb::Env& env, const std::string& folder, const LedgerId& ledger, std::uint64_t size);

}  // namespace acta
