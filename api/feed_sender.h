#pragma once
// How a connection sends a feed: piece after piece at the reader's own pace, until either side ends it. It brings Asio
// with it and knows no parser: plain and TLS streams carry feeds alike.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <vector>

#include "api/http.h"

namespace acta {

struct Service;

// The connection that carries a feed. All calls on its executor.
class FeedCarrier {
 public:
  virtual ~FeedCarrier() = default;
  virtual boost::asio::ip::tcp::socket& feed_socket() = 0;   // below TLS, where there is any
  // What goes without waiting. True when that is all; else write_feed() takes the rest. Both throw
  // boost::system::system_error when the other side is gone.
  virtual bool write_feed_now(std::vector<boost::asio::const_buffer>& bytes) = 0;
  // A reader is waited for, however slow.
  virtual boost::asio::awaitable<void> write_feed(std::vector<boost::asio::const_buffer> bytes) = 0;
  // What is written from now on is the last; it may take two seconds.
  virtual void feed_ends() = 0;
};

struct FeedSending {
  Service& service;
  bool chunks = false;       // HTTP/1.0 knows none
};
// `carrier` is held by the caller until it returns. What a reader that stops reading costs: the socket's buffer, which is
// made small and fixed, and one piece.
boost::asio::awaitable<void> send_feed(FeedCarrier& carrier, std::shared_ptr<Feed> feed, FeedSending sending);

}  // namespace acta
