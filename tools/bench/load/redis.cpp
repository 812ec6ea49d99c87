// Redis Streams: XADD, and XREAD BLOCK from the entry last seen.

#include <charconv>
#include <optional>

#include "tools/bench/load/peers.h"

namespace acta::bench {
namespace {

std::string command(const std::vector<std::string>& words) {
  auto out = "*" + std::to_string(words.size()) + "\r\n";
  for (const auto& word : words) out += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
  return out;
}

// Where the RESP value at `at` ends; nothing when it is not all there.
std::optional<std::size_t> end_of(std::string_view bytes, std::size_t at) {
  const auto line = bytes.find("\r\n", at);
  if (line == std::string_view::npos) return std::nullopt;
  long long count = 0;
  std::from_chars(bytes.data() + at + 1, bytes.data() + line, count);
  auto next = line + 2;
  if (bytes[at] == '$' && count >= 0) next += static_cast<std::size_t>(count) + 2;
  if (bytes[at] == '*')
    for (long long i = 0; i < count; ++i) {
      const auto end = end_of(bytes, next);
      if (!end) return std::nullopt;
      next = *end;
    }
  return next <= bytes.size() ? std::optional(next) : std::nullopt;
}

class Publisher final : public Conversation {
 public:
  explicit Publisher(const Plan& plan) : plan_(plan) { ready_ = true; }
  std::string opening() override { return {}; }
  std::string append(std::uint32_t number) override { return command({"XADD", plan_.run, "*", "d", body_of(plan_, number)}); }
  Taken take(std::string_view bytes) override {
    const auto end = end_of(bytes, 0);
    if (!end) return {};
    const bool well = bytes.front() == '$';
    return {.used = *end, .answered = well, .reply = {}, .numbers = {}, .fault = well ? std::string() : std::string(bytes)};
  }

 private:
  Plan plan_;
};

// As an event store does it: the script refuses a version that is not the next one of its stream.
class Recorder final : public Conversation {
 public:
  Recorder(const Plan& plan, int connection) : plan_(plan), stream_(plan.run + "." + std::to_string(connection)) { ready_ = true; }
  std::string opening() override { return {}; }
  std::string append(std::uint32_t number) override {
    return command({"EVAL", script, "1", stream_, std::to_string(version_++), body_of(plan_, number)});
  }
  Taken take(std::string_view bytes) override {
    const auto end = end_of(bytes, 0);
    if (!end) return {};
    const bool well = bytes.front() == '$';
    return {.used = *end, .answered = well, .reply = {}, .numbers = {}, .fault = well ? std::string() : std::string(bytes)};
  }

 private:
  static constexpr const char* script =
      "if redis.call('XLEN', KEYS[1]) ~= tonumber(ARGV[1]) then return redis.error_reply('version') end return redis.call('XADD', KEYS[1], '*', 'd', ARGV[2])";
  Plan plan_;
  const std::string stream_;
  std::uint64_t version_ = 0;
};

class Subscriber final : public Conversation {
 public:
  explicit Subscriber(const Plan& plan) : plan_(plan) { ready_ = true; }
  std::string opening() override { return command({"XREAD", "BLOCK", "0", "STREAMS", plan_.run, last_}); }
  std::string append(std::uint32_t) override { return {}; }
  Taken take(std::string_view bytes) override {
    Taken taken;
    const auto end = bytes.empty() ? std::nullopt : end_of(bytes, 0);
    if (!end) return taken;
    taken.used = *end;
    if (bytes.front() != '*') taken.fault = bytes;
    find_marks(bytes.substr(0, *end), taken.numbers);
    last_ = last_id(bytes.substr(0, *end));
    taken.reply = opening();
    return taken;
  }

 private:
  // The id stands before its field's name.
  static std::string last_id(std::string_view reply) {
    const auto end = reply.rfind("\r\n*2\r\n$1\r\nd\r\n");
    const auto begin = reply.rfind("\r\n", end - 1) + 2;
    return std::string(reply.substr(begin, end - begin));
  }
  Plan plan_;
  std::string last_ = "0-0";
};

}  // namespace

std::unique_ptr<Conversation> redis_publisher(const Plan& plan) { return std::make_unique<Publisher>(plan); }
std::unique_ptr<Conversation> redis_recorder(const Plan& plan, int connection) { return std::make_unique<Recorder>(plan, connection); }
std::unique_ptr<Conversation> redis_subscriber(const Plan& plan) { return std::make_unique<Subscriber>(plan); }

}  // namespace acta::bench
