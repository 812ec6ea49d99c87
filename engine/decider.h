#pragma once
// Turns commands into staged entries, one at a time, on the sequencer's thread: seen before? may we write? allowed? then
// the finished entry goes into the open batch. Nothing here is an answer yet: that takes the batch's commit.

#include "engine/process/decide.h"
#include "engine/refusal_bounds.h"
#include "engine/sequencer.h"

namespace acta {

class Decider {
 public:
  explicit Decider(const SequencerOptions& options) : options_(options) {}

  // Counts the refusals of the hour that the newest entry lies in, among the newest `look_back_max` entries. Error:
  // unavailable, damaged.
  Result<void> count_recent_refusals();

  Result<Recorded> decide(Command command, Batch& batch);
  Result<Recorded> write_own(const std::function<std::vector<Entry>(Position)>& write, Batch& batch);
  // What was counted since the last summary is written down. At a clean stop.
  Result<void> finish(Batch& batch);

 private:
  struct Subject {                                   // what a command acts on
    std::shared_ptr<const Definition> definition;
    std::shared_ptr<const CaseState> state;          // null: it opens a case
  };
  Instant now() const;                               // recorded_at of the next entry: never before the newest
  Position next_position() const;
  Result<Recorded> replay(const SeenCommand& seen, const Command& command) const;
  Result<Subject> subject_of(const Command& command) const;
  Result<Recorded> accept(Command command, const Subject& subject, Decision decision, Instant now, Batch& batch);
  Error refuse(const Command& command, const Subject& subject, const Error& refusal, Instant now, Batch& batch);
  Result<void> close_hour(Instant now, Batch& batch);
  Result<void> stage_suppression(const Suppression& suppression, Batch& batch);

  const SequencerOptions& options_;
  RefusalBounds bounds_;
};

}  // namespace acta
