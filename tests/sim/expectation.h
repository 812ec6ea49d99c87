#pragma once
// What a ledger must hold, kept beside it by other means: bytes in a vector, states in a map, the root by recursion.

#include <map>
#include <random>
#include <vector>

#include "engine/ledger/ledger.h"

namespace acta::sim {

// A batch before it is staged, and what it will have made true.
struct Plan {
  std::vector<Entry> entries;
  std::vector<Bytes> bytes;
  std::map<CaseId, CaseState> cases;
};

class Expectation {
 public:
  std::uint64_t size() const { return bytes_.size(); }
  void accept(const Plan& plan);

  // Nothing when the ledger holds exactly what was accepted, or that and all of `unanswered` too; else what is wrong.
  // In the second case `unanswered` is accepted. A part of it is never right.
  std::optional<std::string> settle(const Ledger& ledger, const std::optional<Plan>& unanswered);

  Plan plan_from(std::vector<Entry> entries) const;             // fills in what staging will
  Plan plan_batch(std::mt19937_64& dice, const Entry& pattern); // one to eight events of new and known cases
  Instant now() const { return now_; }

 private:
  std::optional<std::string> compare(const Ledger& ledger) const;
  Entry next_event(std::mt19937_64& dice, const Entry& pattern, const Plan& plan, std::uint64_t position);

  std::vector<Bytes> bytes_;
  std::map<CaseId, CaseState> cases_;
  Instant now_;
  std::uint64_t minted_ = 0;
};

}  // namespace acta::sim
