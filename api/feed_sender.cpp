#include "api/feed_sender.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "api/connection.h"

namespace acta {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds heartbeat_every{10};
constexpr std::string_view crlf = "\r\n";

asio::awaitable<void> write(FeedCarrier& carrier, std::string_view text, bool chunks) {
  if (text.empty()) co_return;  // an empty chunk would end the answer
  const auto head = fmt::format("{:x}\r\n", text.size());
  std::vector<asio::const_buffer> bytes(1, asio::buffer(text));
  if (chunks) bytes = std::vector<asio::const_buffer>{asio::buffer(head), asio::buffer(text), asio::buffer(crlf)};
  co_await carrier.write_feed(std::move(bytes));
}

// Commits ring on another thread; the timer is cancelled on the connection's own.
asio::awaitable<void> wait_for_commit(asio::steady_timer& timer, const Service& service, std::uint64_t rung) {
  if (service.commits->rung() != rung || service.stopping) co_return;
  timer.expires_after(heartbeat_every);
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

// Rings until it goes.
class Listening {
 public:
  Listening(Bell& bell, const std::shared_ptr<asio::steady_timer>& timer) : bell_(bell) {
    number_ = bell.listen([weak = std::weak_ptr(timer)] {
      if (const auto held = weak.lock()) asio::post(held->get_executor(), [held] { held->cancel(); });
    });
  }
  ~Listening() { bell_.forget(number_); }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;

 private:
  Bell& bell_;
  std::uint64_t number_;
};

}  // namespace

asio::awaitable<void> send_feed(FeedCarrier& carrier, Feed& feed, FeedSending sending) {
  auto& service = sending.service;
  const auto timer = std::make_shared<asio::steady_timer>(carrier.feed_executor());
  const Listening commits(*service.commits, timer), stops(service.stops, timer);
  while (!service.stopping) {
    const auto rung = service.commits->rung();
    const auto text = co_await asio::co_spawn(*service.workers, [&]() -> asio::awaitable<std::optional<std::string>> { co_return feed.next(); }, asio::use_awaitable);
    if (!text) co_return;
    co_await write(carrier, *text, sending.chunks);
    if (!text->empty()) continue;
    co_await wait_for_commit(*timer, service, rung);
    if (service.commits->rung() == rung && !service.stopping) co_await write(carrier, feed.heartbeat(), sending.chunks);
  }
  carrier.feed_ends();
  co_await write(carrier, feed.farewell(), sending.chunks);
}

}  // namespace acta
