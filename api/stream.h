#pragma once
// A connected socket, plain or under TLS. It holds no buffer while it waits, and waits never longer than it was told to.
// One strand at a time. Brings Asio with it: for the files of the listener.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "api/tls.h"

namespace acta {

class Stream : public std::enable_shared_from_this<Stream> {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Span = std::chrono::milliseconds;

  // `tls`: nothing for a plain socket.
  Stream(boost::asio::ip::tcp::socket socket, std::unique_ptr<TlsSession> tls);
  boost::asio::any_io_executor executor() { return socket_.get_executor(); }
  // To be served by other threads from now on. Nothing waits for it meanwhile. False: the socket has failed.
  bool move_to(boost::asio::any_io_executor executor);
  boost::asio::ip::tcp::socket& socket() { return socket_; }   // for its options and to be watched; never to be read or written

  // What came, without waiting; good until the next call on this thread. Nothing: wait_for `wants`, then ask again.
  struct Arrived {
    std::string_view bytes;
    bool ended = false;
    TlsSession::Wants wants = TlsSession::Wants::read;
  };
  Arrived read_now();
  // False: the deadline has passed, cancel() was called, or the socket has failed.
  boost::asio::awaitable<bool> wait_for(TlsSession::Wants wants);
  // False: this is no TLS, or it has failed; see tls_failure(). True at once for a plain socket.
  boost::asio::awaitable<bool> handshake();
  // What goes without waiting; the rest stays in `bytes`. What to wait for before going on, nothing when all is sent.
  // Throws as write() does.
  TlsSession::Wants write_now(std::vector<boost::asio::const_buffer>& bytes);
  // All of it. Throws boost::system::system_error, as Asio does, when the other side is gone or takes it too slowly.
  boost::asio::awaitable<void> write(std::vector<boost::asio::const_buffer> bytes);
  boost::asio::awaitable<void> write(std::string_view bytes);

  // For what is waited for from now on.
  void expires_at(Time deadline);
  void expires_after(Span span) { expires_at(std::chrono::steady_clock::now() + span); }
  void expires_never();
  bool expired() const { return expired_; }
  // How long the other side may take over what is written, besides a second for each `bytes_per_second`; nothing: for ever.
  void writes_within(std::optional<Span> limit) { write_limit_ = limit; }

  // The first byte that waits to be read, if there is one; it stays. Before the handshake only.
  std::optional<unsigned char> first_byte();
  // What follows is no TLS: it goes to who did not speak it either.
  void drop_tls() { tls_.reset(); }
  bool has_tls() const { return tls_ != nullptr; }
  std::string tls_failure() const { return tls_ ? tls_->failure() : std::string(); }

  void cancel();                 // ends a wait
  void shut();                   // nothing more is sent; what comes can still be read
  void close();

  static constexpr std::size_t bytes_per_second = 16 * 1024;

 private:
  TlsSession::Step write_some(const std::vector<boost::asio::const_buffer>& bytes);
  void on_timer();

  boost::asio::ip::tcp::socket socket_;
  std::unique_ptr<TlsSession> tls_;
  boost::asio::steady_timer timer_;
  Time deadline_ = Time::max();
  std::optional<Span> write_limit_;
  bool expired_ = false;
};

}  // namespace acta
