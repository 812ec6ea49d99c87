#pragma once
// Which part of the feed a request asks for.

#include "api/feed_entry.h"
#include "api/resource.h"

namespace acta {

struct FeedQuery {
  Position from;
  EntryFilter filter;
};

// `from` is the first position wanted; `after` and Last-Event-ID mean after it; the header wins. With `subscription`: after
// what it acknowledged, with its filter. Error: malformed, invalid (an unknown type or process; after an entry that is not
// there), not_found, denied (somebody else's subscription), conflict (it acknowledged what this ledger does not hold).
Result<FeedQuery> feed_query(const Call& call);

// The same filter as query parameters, each with its &.
std::string filter_query(const EntryFilter& filter);

}  // namespace acta
