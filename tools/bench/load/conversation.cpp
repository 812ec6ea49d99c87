#include "tools/bench/load/conversation.h"

#include <charconv>

#include "tools/bench/load/peers.h"

namespace acta::bench {

std::string mark_of(std::uint32_t number) {
  const auto digits = std::to_string(number);
  return std::string(mark) + std::string(mark_digits - digits.size(), '0') + digits;
}

void find_marks(std::string_view text, std::vector<std::uint32_t>& numbers) {
  for (auto at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + mark.size())) {
    const auto digits = text.substr(at + mark.size(), mark_digits);
    std::uint32_t number = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), number).ec == std::errc()) numbers.push_back(number);
  }
}

std::string body_of(const Plan& plan, std::uint32_t number) {
  constexpr std::string_view place = "@MARK@";
  const auto at = plan.body.find(place);
  return plan.body.substr(0, at) + mark_of(number) + plan.body.substr(at + place.size());
}

std::unique_ptr<Conversation> publisher(const Plan& plan, int connection) {
  if (plan.peer == "redis") return redis_publisher(plan);
  if (plan.peer == "postgres") return postgres_publisher(plan);
  if (plan.peer == "redis-recorder") return redis_recorder(plan, connection);
  if (plan.peer == "postgres-recorder") return postgres_recorder(plan, connection);
  if (plan.peer == "nats-recorder") return nats_recorder(plan, connection);
  return acta_publisher(plan, connection);
}

std::unique_ptr<Conversation> subscriber(const Plan& plan, std::uint64_t from) {
  if (plan.peer == "redis") return redis_subscriber(plan);
  if (plan.peer == "postgres") return postgres_subscriber(plan);
  return acta_subscriber(plan, from);
}

}  // namespace acta::bench
