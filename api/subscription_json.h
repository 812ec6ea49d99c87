#pragma once
// Named subscriptions as the API sees them.

#include "api/resource.h"
#include "projections/subscriptions.h"

namespace acta {

// The caller's own. Error: not_found, denied, damaged, unsupported where there are none.
Result<Subscription> own_subscription(const Call& call, std::string_view name);

// {"case": [..], "process": [..], "type": [..], "role": [..]}, lists that ask for nothing left out.
Json filter_json(const EntryFilter& filter);
// Error: invalid, with a pointer.
Result<EntryFilter> read_filter(const Call& call, const Json& body);

}  // namespace acta
