// NATS JetStream: publish with a reply subject, the acknowledgement says that the stream has it (in memory of the system: JetStream
// 2.9 does not sync what it acknowledges).

#include <charconv>

#include "tools/bench/load/peers.h"

namespace acta::bench {
namespace {

constexpr std::string_view line_end = "\r\n";

class Recorder final : public Conversation {
 public:
  Recorder(const Plan& plan, int connection) : plan_(plan), inbox_("_INBOX." + plan.run + "." + std::to_string(connection)) {}
  std::string opening() override { return "CONNECT {\"verbose\":false,\"pedantic\":false}\r\nSUB " + inbox_ + " 1\r\nPING\r\n"; }
  std::string append(std::uint32_t number) override {
    const auto body = body_of(plan_, number);
    return "PUB bench.events " + inbox_ + " " + std::to_string(body.size()) + "\r\n" + body + "\r\n";
  }
  Taken take(std::string_view bytes) override {
    Taken taken;
    while (take_one(bytes.substr(taken.used), taken)) {
    }
    return taken;
  }

 private:
  // One operation; false when it is not all there.
  bool take_one(std::string_view bytes, Taken& taken) {
    const auto end = bytes.find(line_end);
    if (end == std::string_view::npos) return false;
    const auto line = bytes.substr(0, end);
    auto used = end + line_end.size();
    if (line.starts_with("MSG")) {
      std::size_t length = 0;
      std::from_chars(line.data() + line.rfind(' ') + 1, line.data() + line.size(), length);
      if (bytes.size() < used + length + line_end.size()) return false;
      const auto payload = bytes.substr(used, length);
      used += length + line_end.size();
      taken.answered = payload.find("\"error\"") == std::string_view::npos;
      if (!taken.answered) taken.fault = payload;
    }
    if (line == "PING") taken.reply += "PONG\r\n";
    if (line == "PONG") ready_ = true;
    if (line.starts_with("-ERR")) taken.fault = line;
    taken.used += used;
    return true;
  }

  Plan plan_;
  const std::string inbox_;
};

}  // namespace

std::unique_ptr<Conversation> nats_recorder(const Plan& plan, int connection) { return std::make_unique<Recorder>(plan, connection); }

}  // namespace acta::bench
