#include "api/feed_sender.h"

#include <fmt/format.h>
#include <poll.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "api/connection.h"

namespace acta {
namespace {

namespace asio = boost::asio;

constexpr int socket_bytes_max = 128 << 10;
constexpr std::string_view crlf = "\r\n";

std::size_t bytes_of(const FeedPiece& piece) {
  std::size_t bytes = 0;
  for (const auto& frame : piece.frames) bytes += frame.text.size();
  return bytes;
}

// All frames in one chunk, from where they lie.
class Chunk {
 public:
  Chunk(FeedPiece piece, bool framed) : piece_(std::move(piece)) {
    if (piece_.frames.empty()) return;  // an empty chunk would end the answer
    bytes_.reserve(piece_.frames.size() + 2);
    if (framed) add_head();
    for (const auto& frame : piece_.frames) bytes_.push_back(asio::buffer(frame.text));
    if (framed) bytes_.push_back(asio::buffer(crlf));
  }
  Chunk(const Chunk&) = delete;
  Chunk& operator=(const Chunk&) = delete;
  const FeedPiece& piece() const { return piece_; }
  // Mostly there is room, and no coroutine is needed to wait for it.
  bool sent_now(FeedCarrier& carrier) { return bytes_.empty() || carrier.write_feed_now(bytes_); }
  std::vector<asio::const_buffer> rest() { return std::move(bytes_); }

 private:
  void add_head() {
    const auto end = fmt::format_to_n(head_.data(), head_.size(), "{:x}\r\n", bytes_of(piece_)).out;
    bytes_.push_back(asio::buffer(head_.data(), static_cast<std::size_t>(end - head_.data())));
  }

  const FeedPiece piece_;
  std::array<char, 18> head_;
  std::vector<asio::const_buffer> bytes_;
};

asio::awaitable<void> write(FeedCarrier& carrier, FeedPiece piece, bool chunks) {
  Chunk chunk(std::move(piece), chunks);
  if (!chunk.sent_now(carrier)) co_await carrier.write_feed(chunk.rest());
}

// Lambdas that are awaited capture nothing that needs a destructor: g++ 12 runs it twice.
asio::awaitable<FeedPiece> from_store(Service& service, Feed& feed) {
  const auto read = [held = &feed]() -> asio::awaitable<FeedPiece> { co_return held->stored(); };
  co_return co_await asio::co_spawn(*service.workers, read, asio::use_awaitable);
}

// Parked: no timer, no thread. Woken on the thread of the feeds it goes on at once, on another it is brought here.
asio::awaitable<void> wait_for_more(Feed& feed) {
  const auto park = [held = &feed](auto handler) {
    const auto executor = asio::get_associated_executor(handler);
    const auto kept = std::make_shared<decltype(handler)>(std::move(handler));
    const bool parked = held->wait([kept, executor] { asio::dispatch(executor, [kept] { std::move(*kept)(); }); });
    if (!parked) asio::post(executor, [kept] { std::move(*kept)(); });
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(park, asio::use_awaitable);
}

// Ends a feed whose client has gone while there was nothing to send.
class ClientWatch : public std::enable_shared_from_this<ClientWatch> {
 public:
  ClientWatch(asio::ip::tcp::socket& socket, std::shared_ptr<Feed> feed) : socket_(socket), feed_(std::move(feed)) {}
  bool gone() const { return gone_; }

  void begin() {
    socket_.async_wait(asio::ip::tcp::socket::wait_read, [self = shared_from_this()](const boost::system::error_code& failure) {
      if (!failure && !self->ended_) self->look();
    });
  }
  void end() {
    ended_ = true;
    boost::system::error_code ignored;
    socket_.cancel(ignored);
  }

 private:
  // A further request may lie there as well: it waits until the feed has ended, and the client is no longer watched.
  void look() {
    pollfd asked{socket_.native_handle(), POLLRDHUP, 0};
    gone_ = ::poll(&asked, 1, 0) == 1;
    if (gone_) feed_->wake();
  }

  asio::ip::tcp::socket& socket_;
  const std::shared_ptr<Feed> feed_;
  bool gone_ = false, ended_ = false;
};

// Ends the watch however the feed ends.
struct Watching {
  explicit Watching(std::shared_ptr<ClientWatch> of) : watch(std::move(of)) { watch->begin(); }
  ~Watching() { watch->end(); }
  Watching(const Watching&) = delete;
  Watching& operator=(const Watching&) = delete;
  const std::shared_ptr<ClientWatch> watch;
};

// True when nothing is to follow.
asio::awaitable<bool> send_stored(FeedCarrier& carrier, Feed& feed, FeedSending sending) {
  auto piece = co_await from_store(sending.service, feed);
  const bool ended = piece.ended;
  co_await write(carrier, std::move(piece), sending.chunks);
  co_return ended;
}

asio::awaitable<bool> send_piece(FeedCarrier& carrier, Feed& feed, FeedSending sending) {
  Chunk recent(feed.recent(), sending.chunks);
  if (!recent.sent_now(carrier)) co_await carrier.write_feed(recent.rest());
  if (recent.piece().ended) co_return true;
  if (recent.piece().behind) co_return co_await send_stored(carrier, feed, sending);
  if (recent.piece().frames.empty()) co_await wait_for_more(feed);
  co_return false;
}

asio::awaitable<void> say_farewell(FeedCarrier& carrier, Feed& feed, bool chunks) {
  const auto text = feed.farewell();
  carrier.feed_ends();
  FeedPiece last;
  last.frames.push_back({nullptr, text});
  co_await write(carrier, std::move(last), chunks);
}

}  // namespace

asio::awaitable<void> send_feed(FeedCarrier& carrier, std::shared_ptr<Feed> feed, FeedSending sending) {
  auto& socket = carrier.feed_socket();
  boost::system::error_code ignored;
  socket.set_option(asio::socket_base::send_buffer_size(socket_bytes_max), ignored);
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  const Watching watching(std::make_shared<ClientWatch>(socket, feed));
  while (!sending.service.stopping && !watching.watch->gone())
    if (co_await send_piece(carrier, *feed, sending)) co_return;
  if (!watching.watch->gone()) co_await say_farewell(carrier, *feed, sending.chunks);
}

}  // namespace acta
