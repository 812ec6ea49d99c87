#pragma once
// What the ledger itself publishes: schemas, definitions, log keys, and what entry 0 says. Never what this build ships, but
// for the engine's own events.

#include "engine/control_events.h"
#include "engine/ledger/ledger.h"
#include "engine/process/definition.h"

namespace acta {

// Immutable once loaded: any thread.
struct Definitions {
  std::map<Hash, std::shared_ptr<const Definition>> by_hash;
  std::vector<std::shared_ptr<const Definition>> current;  // one per process, ordered by its name

  std::shared_ptr<const Definition> find(const Hash& hash) const;
  std::shared_ptr<const Definition> opened_by(std::string_view type) const;
  bool know_role(std::string_view role) const;
};

// Each: error damaged, unavailable. The others are called before anything is staged.
Result<Opening> load_opening(const Ledger& ledger);
Result<LogKeys> load_log_keys(const Ledger& ledger, const Opening& opening);
// Any thread: positions below `size` that say a signed part of the ledger was lost. Reads what was recorded since the first.
Result<std::vector<Position>> rollbacks_before(const Ledger& ledger, std::uint64_t size);
// With the schemas of the engine's own events that are yet to be published: it has to know them before it can.
bool is_published(const Ledger& ledger, const ShippedSchema& schema);
Result<std::shared_ptr<const Catalogue>> load_catalogue(const Ledger& ledger);
Result<Definitions> load_definitions(const Ledger& ledger, const Catalogue& catalogue);

}  // namespace acta
