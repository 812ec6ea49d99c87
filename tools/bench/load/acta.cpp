// Acta: POST of an event with If-Match, the feed as server-sent events, a list that waits for a position.

#include <charconv>

#include "tools/bench/load/peers.h"

namespace acta::bench {
namespace {

constexpr std::string_view head_end = "\r\n\r\n";

std::uint64_t number_after(std::string_view head, std::string_view name) {
  const auto at = head.find(name);
  if (at == std::string_view::npos) return 0;
  std::uint64_t value = 0;
  std::from_chars(head.data() + at + name.size(), head.data() + head.size(), value);
  return value;
}

std::string post(const Plan& plan, const std::string& path, const std::string& headers, const std::string& body) {
  return "POST " + path + " HTTP/1.1\r\nHost: " + plan.host + "\r\nActa-Actor: po.bench\r\nActa-Role: project_officer\r\n" + headers +
         "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string get(const Plan& plan, const std::string& target, const std::string& headers) {
  return "GET " + target + " HTTP/1.1\r\nHost: " + plan.host + "\r\nActa-Actor: reports\r\n" + headers + "\r\n";
}

struct Answer {
  std::size_t bytes = 0;  // 0: not yet all there
  std::string_view head, body;
  bool has_status(std::string_view code) const { return head.substr(9, 3) == code; }
};

Answer answer_in(std::string_view bytes) {
  const auto end = bytes.find(head_end);
  if (end == std::string_view::npos) return {};
  const auto head = bytes.substr(0, end);
  const auto length = number_after(head, "Content-Length: ");
  const auto all = end + head_end.size() + length;
  if (bytes.size() < all) return {};
  return {all, head, bytes.substr(end + head_end.size(), length)};
}

// One case of its own; each event on the revision that the answer before it named.
class Publisher final : public Conversation {
 public:
  Publisher(const Plan& plan, int connection) : plan_(plan), name_(plan.run + "." + std::to_string(connection)) {}
  std::string opening() override { return post(plan_, "/v1/cases", "Idempotency-Key: " + name_ + ".open\r\n", plan_.opening_body); }
  std::string append(std::uint32_t number) override {
    const auto headers = "Idempotency-Key: " + name_ + "." + std::to_string(number) + "\r\nIf-Match: \"" + std::to_string(revision_) + "\"\r\n";
    return post(plan_, path_, headers, body_of(plan_, number));
  }
  Taken take(std::string_view bytes) override {
    const auto answer = answer_in(bytes);
    if (answer.bytes == 0) return {};
    if (!answer.has_status("201")) return {.used = answer.bytes, .answered = false, .reply = {}, .numbers = {}, .fault = std::string(bytes.substr(0, answer.bytes))};
    revision_ = number_after(answer.head, "ETag: \"");
    position_ = number_after(answer.head, "Acta-Position: ");
    if (!ready_) path_ = path_of(answer.head);
    ready_ = true;
    return {.used = answer.bytes, .answered = true, .reply = {}, .numbers = {}, .fault = {}};
  }
  std::uint64_t position() const override { return position_; }

 private:
  static std::string path_of(std::string_view head) {
    constexpr std::string_view name = "Location: ";
    const auto at = head.find(name) + name.size();
    return std::string(head.substr(at, head.find("\r\n", at) - at)) + "/events";
  }
  Plan plan_;
  std::string name_, path_;
  std::uint64_t revision_ = 0, position_ = 0;
};

class Subscriber final : public Conversation {
 public:
  Subscriber(const Plan& plan, std::uint64_t from) : plan_(plan), from_(from) {}
  std::string opening() override { return get(plan_, "/v1/events?from=" + std::to_string(from_), "Accept: text/event-stream\r\n"); }
  std::string append(std::uint32_t) override { return {}; }
  // Whole frames only, so that a mark is never cut.
  Taken take(std::string_view bytes) override {
    Taken taken;
    const auto end = bytes.rfind("\n\n");
    if (end == std::string_view::npos) return taken;
    const auto frames = bytes.substr(0, end + 2);
    if (!ready_ && frames.find("HTTP/1.1 200") != 0 && frames.find("HTTP/1.1") == 0) taken.fault = frames;
    if (frames.find("caught-up") != std::string_view::npos) ready_ = true;
    find_marks(frames, taken.numbers);
    taken.used = frames.size();
    return taken;
  }

 private:
  Plan plan_;
  std::uint64_t from_;
};

class Probe final : public Conversation {
 public:
  explicit Probe(const Plan& plan) : plan_(plan) { ready_ = true; }
  std::string opening() override { return {}; }
  std::string append(std::uint32_t position) override { return get(plan_, "/v1/cases?limit=1&min_position=" + std::to_string(position), {}); }
  Taken take(std::string_view bytes) override {
    const auto answer = answer_in(bytes);
    if (answer.bytes == 0) return {};
    const bool well = answer.has_status("200");
    return {.used = answer.bytes, .answered = well, .reply = {}, .numbers = {}, .fault = well ? std::string() : std::string(bytes)};
  }

 private:
  Plan plan_;
};

}  // namespace

std::unique_ptr<Conversation> acta_publisher(const Plan& plan, int connection) { return std::make_unique<Publisher>(plan, connection); }
std::unique_ptr<Conversation> acta_subscriber(const Plan& plan, std::uint64_t from) { return std::make_unique<Subscriber>(plan, from); }
std::unique_ptr<Conversation> view_probe(const Plan& plan) { return std::make_unique<Probe>(plan); }

}  // namespace acta::bench
