#include "tools/acta/follow.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <thread>

#include "tools/acta/acknowledge.h"
#include "tools/acta/server_file.h"

namespace acta::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds pause_first{100}, pause_max{5'000};

// What goes away by itself, or with a restart. All else would be answered the same way again.
bool passes(const Error& failure) { return failure.code == Code::unavailable || failure.code == Code::busy || failure.code == Code::in_use; }

class Follower {
 public:
  Follower(const Globals& globals, Session session, const Following& following)
      : globals_(globals), session_(std::move(session)), following_(following), printer_(globals.json), acknowledger_(globals, following.subscription) {}

  int run() {
    while (!done_) {
      const auto before = printer_.next();
      const auto answer = read();
      if (done_) break;
      if (!answer && !passes(answer.error())) return session_.report(answer.error());
      say_once(answer ? "the server ended the feed" : answer.error().message);
      if (printer_.next() != before) pause_ = pause_first;
      wait();
      reconnect();
    }
    return acknowledge_all();
  }

 private:
  Result<Response> read() {
    printer_.forget_rest();
    return session_.ask({.method = "GET", .target = target(), .headers = headers(), .body = {}}, [this](std::string_view piece) { return take(piece); });
  }

  bool take(std::string_view piece) {
    const bool read = printer_.take(piece);
    told_ = false;
    if (following_.ack && read) acknowledger_.tell(printer_.next());
    done_ = !read || (following_.limit && printer_.printed() >= *following_.limit);
    return !done_;
  }

  // A subscription says itself where to begin; after that only we know what was printed.
  Headers headers() const {
    Headers out = {{"Accept", "application/x-ndjson"}};
    if (!following_.subscription.empty() && printer_.next().value_or(0) > 0) out.emplace_back("Last-Event-ID", std::to_string(*printer_.next() - 1));
    return out;
  }

  std::string target() const {
    Query query;
    query.add("follow", "true");
    if (following_.limit) query.add("limit", std::to_string(*following_.limit - printer_.printed()));
    query.add("subscription", following_.subscription);
    const auto from = std::max(printer_.next().value_or(0), following_.from.value_or(0));
    if (from > 0 && following_.subscription.empty()) query.add("from", std::to_string(from));
    return "/v1/events" + query.text() + following_.query;
  }

  void say_once(const std::string& why) {
    if (std::exchange(told_, true)) return;
    const auto from = printer_.next();
    std::cerr << "acta: " << why << "; trying again" << (from ? ", from position " + std::to_string(*from) : "") << " (Ctrl-C ends)\n" << std::flush;
  }

  void wait() {
    std::this_thread::sleep_for(pause_);
    pause_ = std::min(pause_ * 2, pause_max);
  }

  // A server that was started again may listen elsewhere. Never the folder itself: its lock would keep the server from
  // starting.
  void reconnect() {
    if (!globals_.url.empty()) return;
    const auto server = running_server(globals_.data);
    if (!server) return;
    auto transport = server_transport(*server);
    if (transport) session_.go_on_over(*std::move(transport));
  }

  int acknowledge_all() {
    if (!following_.ack) return Exit::ok;
    const auto acknowledged = acknowledger_.finish(printer_.next());
    return acknowledged ? Exit::ok : report(globals_, acknowledged.error());
  }

  const Globals& globals_;
  Session session_;
  const Following following_;
  EventPrinter printer_;
  Acknowledger acknowledger_;
  milliseconds pause_ = pause_first;
  bool done_ = false, told_ = false;
};

}  // namespace

int follow(const Globals& globals, Session session, const Following& following) { return Follower(globals, std::move(session), following).run(); }

}  // namespace acta::cli
