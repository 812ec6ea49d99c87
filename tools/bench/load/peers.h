#pragma once
// One file per peer makes these.

#include "tools/bench/load/conversation.h"

namespace acta::bench {

std::unique_ptr<Conversation> acta_publisher(const Plan& plan, int connection);
std::unique_ptr<Conversation> acta_subscriber(const Plan& plan, std::uint64_t from);
std::unique_ptr<Conversation> redis_publisher(const Plan& plan);
std::unique_ptr<Conversation> redis_recorder(const Plan& plan, int connection);
std::unique_ptr<Conversation> redis_subscriber(const Plan& plan);
std::unique_ptr<Conversation> postgres_publisher(const Plan& plan);
std::unique_ptr<Conversation> postgres_recorder(const Plan& plan, int connection);
std::unique_ptr<Conversation> nats_recorder(const Plan& plan, int connection);
std::unique_ptr<Conversation> postgres_subscriber(const Plan& plan);

}  // namespace acta::bench
