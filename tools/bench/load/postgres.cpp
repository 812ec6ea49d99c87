// PostgreSQL, protocol 3.0: one transaction inserts the event and notifies of it; LISTEN.

#include <optional>

#include "tools/bench/load/peers.h"

namespace acta::bench {
namespace {

std::string big_endian(std::size_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>((value >> shift) & 0xff);
  return out;
}

std::string startup() {
  constexpr std::size_t version_3 = 196'608;
  using namespace std::string_literals;
  const auto rest = big_endian(version_3) + "user\0postgres\0database\0postgres\0\0"s;
  return big_endian(rest.size() + 4) + rest;
}

std::string query(const std::string& text) { return "Q" + big_endian(text.size() + 5) + text + '\0'; }

struct Message {
  char type;
  std::string_view all;
};

std::optional<Message> message_in(std::string_view bytes) {
  if (bytes.size() < 5) return std::nullopt;
  std::size_t length = 1;
  std::size_t stated = 0;
  for (std::size_t i = 1; i < 5; ++i) stated = (stated << 8) | static_cast<unsigned char>(bytes[i]);
  length += stated;
  if (bytes.size() < length) return std::nullopt;
  return Message{bytes.front(), bytes.substr(0, length)};
}

class Talk : public Conversation {
 public:
  explicit Talk(const Plan& plan) : plan_(plan) {}
  std::string opening() override { return startup(); }
  Taken take(std::string_view bytes) override {
    Taken taken;
    while (const auto message = message_in(bytes.substr(taken.used))) {
      taken.used += message->all.size();
      if (message->type == 'E') taken.fault = std::string(message->all);
      if (message->type == 'A') find_marks(message->all, taken.numbers);
      if (message->type == 'Z') idle(taken);
    }
    return taken;
  }

 protected:
  virtual void idle(Taken& taken) = 0;  // the server waits for a query
  Plan plan_;
};

class Publisher final : public Talk {
 public:
  using Talk::Talk;
  std::string append(std::uint32_t number) override {
    const auto body = body_of(plan_, number);
    return query("INSERT INTO events (data) VALUES ('" + body + "'); SELECT pg_notify('bench', '" + body + "')");
  }

 private:
  void idle(Taken& taken) override {
    taken.answered = true;
    ready_ = true;
  }
};

// As an event store does it: the next version of a stream, which the table has once.
class Recorder final : public Talk {
 public:
  Recorder(const Plan& plan, int connection) : Talk(plan), stream_(plan.run + "." + std::to_string(connection)) {}
  std::string append(std::uint32_t number) override {
    return query("INSERT INTO recorded (stream, version, data) VALUES ('" + stream_ + "', " + std::to_string(++version_) + ", '" + body_of(plan_, number) + "')");
  }

 private:
  void idle(Taken& taken) override {
    taken.answered = true;
    ready_ = true;
  }
  const std::string stream_;
  std::uint64_t version_ = 0;
};

class Subscriber final : public Talk {
 public:
  using Talk::Talk;
  std::string append(std::uint32_t) override { return {}; }

 private:
  void idle(Taken& taken) override {
    if (asked_) ready_ = true;
    else taken.reply = query("LISTEN bench");
    asked_ = true;
  }
  bool asked_ = false;
};

}  // namespace

std::unique_ptr<Conversation> postgres_publisher(const Plan& plan) { return std::make_unique<Publisher>(plan); }
std::unique_ptr<Conversation> postgres_recorder(const Plan& plan, int connection) { return std::make_unique<Recorder>(plan, connection); }
std::unique_ptr<Conversation> postgres_subscriber(const Plan& plan) { return std::make_unique<Subscriber>(plan); }

}  // namespace acta::bench
