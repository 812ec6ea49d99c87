#include "tools/acta/outside.h"

#include <algorithm>

#include "tools/acta/input.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

constexpr std::uint64_t every_seconds_max = 2'000'000;   // 23 days, and still a number of milliseconds

}  // namespace

Result<std::optional<CosignerOptions>> cosigning_of(const ServeOptions& options) {
  if (options.witness_policy.empty()) return std::optional<CosignerOptions>();
  ACTA_TRY(const std::string text, read_input(options.witness_policy));
  CosignerOptions cosigning;
  ACTA_TRY(cosigning.policy, parse_policy(text));
  cosigning.ca_file = options.outside_ca;
  return std::optional(std::move(cosigning));
}

std::optional<TimeStamperOptions> time_stamping_of(const ServeOptions& options) {
  if (options.timestamp_url.empty()) return std::nullopt;
  const auto every_seconds = std::min(options.timestamp_every_seconds, every_seconds_max);
  return TimeStamperOptions{.url = options.timestamp_url, .trusted = options.timestamp_ca, .policy = options.timestamp_policy, .ca_file = options.outside_ca, .every_ms = static_cast<int>(every_seconds) * 1'000};
}

}  // namespace acta::cli
