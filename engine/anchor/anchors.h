#pragma once
// Anchors: time stamps from outside over checkpoints of this ledger, recorded in it. How they are read, and what each has to
// fit (docs/FORMAT.md "Time stamps").

#include "engine/anchor/time_stamp.h"
#include "engine/control_events.h"
#include "engine/ledger/ledger.h"
#include "engine/ledger/log_keys.h"

namespace acta {

struct Anchor {
  Position position;             // of the entry
  Instant recorded_at;
  Anchoring said;
  Checkpoint checkpoint;         // as said.checkpoint has it
  TimeStamp stamp;               // as said.receipt has it
};

// What an entry alone can show: the receipt is over exactly the checkpoint, both say what the entry says, the checkpoint
// lies before it and one of the log keys named before signed it. Not: who signed the receipt, and the tree.
// Error: damaged, saying what does not fit.
Result<Anchor> read_anchor(const Entry& entry, const LogKeys& keys);

// Error of all: damaged, unavailable; not_found where no such anchor is.
Result<Anchor> anchor_at(const Ledger& ledger, const LogKeys& keys, Position position);
std::optional<Position> newest_anchor(const Ledger& ledger);
// From one of them back (nothing: there is none), until `visit` gives false or there is none before.
Result<void> walk_anchors(const Ledger& ledger, std::optional<Position> from, const std::function<bool(Position, const Anchoring&)>& visit);
// The first of them that covers an entry: it was there by then. Error: not_found, saying that none does yet.
Result<Position> first_anchor_over(const Ledger& ledger, Position entry);

// What no time stamp covers yet. Entries that record a time stamp do not count: else each would ask for the next.
struct Unanchored {
  std::uint64_t covered = 0;             // entries that the newest anchor covers
  std::uint64_t entries = 0;
  std::optional<Position> oldest;        // nothing: there is none
};
Unanchored unanchored(const Ledger& ledger);

}  // namespace acta
