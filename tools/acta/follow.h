#pragma once
// `acta events --follow`: the feed without an end, over restarts of the server, without a gap or a double.

#include "tools/acta/event_printer.h"
#include "tools/acta/session.h"

namespace acta::cli {

struct Following {
  std::string query;                         // filters, as "&type=X"
  std::string subscription;                  // empty: none
  bool ack = false;                          // what was printed is acknowledged
  std::optional<std::uint64_t> from, limit;
};

// Ends with its limit, when nobody reads what it prints, or when the server says that it will never work. Gives the exit
// code.
int follow(const Globals& globals, Session session, const Following& following);

}  // namespace acta::cli
