#include "tools/acta/acknowledge.h"

#include <nlohmann/json.hpp>

namespace acta::cli {
namespace {

constexpr std::chrono::seconds at_most_every{1};

}  // namespace

Result<Response> acknowledge(Session& session, const std::string& subscription, std::uint64_t position) {
  return session.ask({.method = "PUT", .target = "/v1/subscriptions/" + percent_encoded(subscription) + "/position", .headers = {{"Content-Type", "application/json"}},
                      .body = Json{{"position", position}}.dump()});
}

void Acknowledger::tell(std::optional<std::uint64_t> next) {
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < at_most_every) return;
  last_ = now;
  // Not now, then with the next one: an event that is not acknowledged comes again, and that is all.
  static_cast<void>(finish(next));
}

Result<void> Acknowledger::finish(std::optional<std::uint64_t> next) {
  if (!next || *next == 0 || next == told_) return {};
  // The feed's own connection is busy with the feed.
  ACTA_TRY(auto session, Session::open(globals_, Access::write));
  ACTA_TRY(const auto answer, acknowledge(session, subscription_, *next - 1));
  told_ = next;
  return {};
}

}  // namespace acta::cli
