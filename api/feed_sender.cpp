#include "api/feed_sender.h"

#include <fmt/format.h>
#include <poll.h>

#include <boost/asio/co_spawn.hpp>
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
asio::awaitable<void> write(FeedCarrier& carrier, const FeedPiece& piece, bool chunks) {
  if (piece.frames.empty()) co_return;  // an empty chunk would end the answer
  const auto head = chunks ? fmt::format("{:x}\r\n", bytes_of(piece)) : std::string();
  std::vector<asio::const_buffer> bytes;
  bytes.reserve(piece.frames.size() + 2);
  if (chunks) bytes.push_back(asio::buffer(head));
  for (const auto& frame : piece.frames) bytes.push_back(asio::buffer(frame.text));
  if (chunks) bytes.push_back(asio::buffer(crlf));
  co_await carrier.write_feed(std::move(bytes));
}

// Lambdas that are awaited capture nothing that needs a destructor: g++ 12 runs it twice.
asio::awaitable<FeedPiece> from_store(Service& service, Feed& feed) {
  const auto read = [held = &feed]() -> asio::awaitable<FeedPiece> { co_return held->stored(); };
  co_return co_await asio::co_spawn(*service.workers, read, asio::use_awaitable);
}

// Parked: no timer, no thread. The feed is woken on another thread and goes on here.
asio::awaitable<void> wait_for_more(Feed& feed) {
  const auto park = [held = &feed](auto handler) {
    const auto executor = asio::get_associated_executor(handler);
    const auto kept = std::make_shared<decltype(handler)>(std::move(handler));
    held->wait([kept, executor] { asio::post(executor, [kept] { std::move(*kept)(); }); });
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
asio::awaitable<bool> send_piece(FeedCarrier& carrier, const std::shared_ptr<Feed>& feed, FeedSending sending) {
  auto piece = feed->recent();
  co_await write(carrier, piece, sending.chunks);
  if (piece.behind && !piece.ended) {
    piece = co_await from_store(sending.service, *feed);
    co_await write(carrier, piece, sending.chunks);
  } else if (piece.frames.empty() && !piece.ended) {
    co_await wait_for_more(*feed);
  }
  co_return piece.ended;
}

asio::awaitable<void> say_farewell(FeedCarrier& carrier, Feed& feed, bool chunks) {
  const auto text = feed.farewell();
  carrier.feed_ends();
  FeedPiece last;
  last.frames.push_back({nullptr, text});
  co_await write(carrier, last, chunks);
}

}  // namespace

asio::awaitable<void> send_feed(FeedCarrier& carrier, std::shared_ptr<Feed> feed, FeedSending sending) {
  auto& socket = carrier.feed_socket();
  boost::system::error_code ignored;
  socket.set_option(asio::socket_base::send_buffer_size(socket_bytes_max), ignored);
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  const Watching watching(std::make_shared<ClientWatch>(socket, feed));
  while (!sending.service.stopping && !watching.watch->gone())
    if (co_await send_piece(carrier, feed, sending)) co_return;
  if (!watching.watch->gone()) co_await say_farewell(carrier, *feed, sending.chunks);
}

}  // namespace acta
