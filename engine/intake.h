#pragma once
// From a submission to a command: who is meant, what is sealed, how the request is told from others. Nothing personal
// passes this point in clear, and every key is durable before the command that needs it is queued.

#include "engine/engine.h"
#include "engine/flights.h"
#include "engine/pinned_definitions.h"
#include "engine/published.h"

namespace acta {

struct IntakeOptions {
  const Ledger* ledger = nullptr;
  KeyStore* keys = nullptr;
  const Catalogue* catalogue = nullptr;
  const Definitions* definitions = nullptr;
  const Genesis* genesis = nullptr;
  const Clock* clock = nullptr;
  Randomness* randomness = nullptr;
  std::function<Result<void>()> may_write;
};

// Any thread.
class Intake {
 public:
  explicit Intake(IntakeOptions options) : options_(std::move(options)) {}

  struct Prepared {
    Command command;
    Flights::Flight flight;  // to be kept until the answer is there
  };
  // Error: malformed (key, actor), invalid, not_found (case), conflict (nothing opens so), denied (role), in_flight, gone,
  // too_large, full, clock, unavailable.
  // In a series, an opening is given the id of its case: those after it may name it before it is recorded.
  Result<Prepared> prepare(const Submission& submission, std::shared_ptr<Series> series);

 private:
  Result<std::shared_ptr<const Definition>> definition_for(const Submission& submission);
  Result<std::shared_ptr<const Definition>> definition_of(const CaseId& id);
  CaseId case_ahead(const std::optional<Entry>& before, const std::shared_ptr<const Definition>& definition);
  Result<PersonId> actor_of(const Submission& submission);
  Result<std::optional<Entry>> recorded_before(const CommandId& id) const;
  People people(const CommandId& id);
  Result<std::vector<PersonKey>> keys_for(const BuiltEvent& built, const std::optional<Entry>& before);
  Result<void> seal_into(Entry& entry, const BuiltEvent& built, std::span<const PersonKey> keys);

  IntakeOptions options_;
  Flights flights_;
  PinnedDefinitions pinned_;
};

}  // namespace acta
