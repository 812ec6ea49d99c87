#pragma once
// The one writer. One thread decides commands in the order they came, one commits what was decided: while a batch is
// being synced the next is decided on top of it. An answer is given only after the sync.

#include <future>
#include <memory>

#include "engine/clock.h"
#include "engine/command.h"
#include "engine/ledger/ledger.h"
#include "engine/measures.h"
#include "engine/process/definition.h"
#include "engine/random.h"
#include "engine/refusal_bounds.h"

namespace acta {

struct SequencerOptions {
  Ledger* ledger = nullptr;
  const Clock* clock = nullptr;
  Randomness* randomness = nullptr;
  const Catalogue* catalogue = nullptr;
  Measures* measures = nullptr;                          // null: nobody wants to know
  std::size_t queue_max = 10'000;
  std::size_t batch_entries_max = 1'000;
  std::uint64_t look_back_max = refusal_look_back_max;   // entries read at start
  // The definition a case is pinned to, and the one that opens with an event type now.
  std::function<std::shared_ptr<const Definition>(const Hash&)> definition;
  std::function<std::shared_ptr<const Definition>(std::string_view type)> opened_by;
  // Error: clock. Asked before each command that was not seen before.
  std::function<Result<void>()> may_write;
  // Error: full. Asked before the first of them in each batch: what is staged and not yet written takes no room.
  std::function<Result<void>()> has_room = [] { return Result<void>(); };
  // Must not return in production: a failed write or sync is never retried.
  std::function<void(const Error&)> fail_stop;
};

// Called once, by the thread that commits or by the one that submitted: it must not wait for either.
using Answered = std::function<void(Result<Recorded>)>;

class Sequencer {
 public:
  explicit Sequencer(SequencerOptions options);
  ~Sequencer();                                          // finishes what is queued, then stops
  // Error in the future: busy (queue full or stopping), and all that decide() gives.
  std::future<Result<Recorded>> submit(Command command);
  void submit(Command command, Answered answered);
  // Entries of the engine's own (genesis, clock confirmed ...): no rule, but the same path, all or none. `write` is told
  // the position of its first entry, since registers may name it; positions, ids and times are filled in.
  std::future<Result<Recorded>> submit_own(std::function<std::vector<Entry>(Position first)> write);
  std::size_t queued() const;
  // When the oldest command came that has no answer yet, by the steady clock. Nothing: none waits.
  std::optional<std::int64_t> oldest_waiting() const;
  std::optional<Error> failure() const;                  // why nothing more is written, for good

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace acta
