#pragma once
// Tells the server how far a subscription's reader has come: often enough to lose little, not for every event.

#include <chrono>
#include <optional>

#include "tools/acta/session.h"

namespace acta::cli {

class Acknowledger {
 public:
  Acknowledger(const Globals& globals, std::string subscription) : globals_(globals), subscription_(std::move(subscription)) {}
  // Everything before `next` was printed. At most once a second; a failure is repeated with the next one.
  void tell(std::optional<std::uint64_t> next);
  // At once. Error: as the server's.
  Result<void> finish(std::optional<std::uint64_t> next);

 private:
  const Globals& globals_;
  const std::string subscription_;
  std::optional<std::uint64_t> told_;
  std::chrono::steady_clock::time_point last_;
};

// PUT of the position; the answer is the subscription.
Result<Response> acknowledge(Session& session, const std::string& subscription, std::uint64_t position);

}  // namespace acta::cli
