#include "api/stream.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/throw_exception.hpp>

namespace acta {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Wants = TlsSession::Wants;

constexpr std::size_t read_bytes = 16 * 1024;
constexpr auto with_error = asio::as_tuple(asio::use_awaitable);

bool would_block(const error_code& failure) { return failure == asio::error::would_block || failure == asio::error::try_again; }

// Connections of a thread read one after the other, and what was read is taken out at once.
std::array<char, read_bytes>& read_buffer() {
  static thread_local std::array<char, read_bytes> buffer;
  return buffer;
}

void drop(std::vector<asio::const_buffer>& bytes, std::size_t count) {
  auto first = bytes.begin();
  while (first != bytes.end() && count >= first->size()) count -= (first++)->size();
  bytes.erase(bytes.begin(), first);
  if (!bytes.empty()) bytes.front() += count;
}

[[noreturn]] void fail(const error_code& failure) { boost::throw_exception(boost::system::system_error(failure)); }

}  // namespace

Stream::Stream(asio::ip::tcp::socket socket, std::unique_ptr<TlsSession> tls) : socket_(std::move(socket)), tls_(std::move(tls)), timer_(socket_.get_executor()) {
  error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);  // an answer is written in one piece: nothing to wait for
}

bool Stream::move_to(asio::any_io_executor executor) {
  error_code failure;
  timer_ = asio::steady_timer(executor);
  const auto protocol = socket_.local_endpoint(failure).protocol();
  if (failure) return false;
  const auto handle = socket_.release(failure);
  if (failure) return false;
  socket_ = asio::ip::tcp::socket(executor);
  socket_.assign(protocol, handle, failure);
  if (failure) ::close(handle);
  else socket_.non_blocking(true, failure);
  return !failure;
}

Stream::Arrived Stream::read_now() {
  auto& buffer = read_buffer();
  if (tls_) {
    const auto step = tls_->read(buffer.data(), buffer.size());
    return {{buffer.data(), step.count}, step.ended, step.wants};
  }
  error_code failure;
  const auto count = socket_.read_some(asio::buffer(buffer), failure);
  return {{buffer.data(), failure ? 0 : count}, failure && !would_block(failure), Wants::read};
}

asio::awaitable<bool> Stream::wait_for(Wants wants) {
  if (expired_ || !socket_.is_open()) co_return false;
  if (wants == Wants::read && tls_ && tls_->has_more()) co_return true;
  const auto what = wants == Wants::write ? asio::socket_base::wait_write : asio::socket_base::wait_read;
  const auto [failure] = co_await socket_.async_wait(what, with_error);
  co_return !failure;
}

asio::awaitable<bool> Stream::handshake() {
  while (tls_) {
    const auto step = tls_->handshake();
    if (step.ended) co_return false;
    if (step.wants == Wants::nothing) co_return true;
    if (!co_await wait_for(step.wants)) co_return false;
  }
  co_return true;
}

TlsSession::Step Stream::write_some(const std::vector<asio::const_buffer>& bytes) {
  if (tls_) return tls_->write({static_cast<const char*>(bytes.front().data()), bytes.front().size()});
  error_code failure;
  const auto count = socket_.write_some(bytes, failure);
  return {.count = failure ? 0 : count, .ended = failure && !would_block(failure), .wants = Wants::write};
}

Wants Stream::write_now(std::vector<asio::const_buffer>& bytes) {
  for (drop(bytes, 0); !bytes.empty();) {
    const auto step = write_some(bytes);
    if (step.ended) fail(asio::error::broken_pipe);
    if (step.count == 0) return step.wants;
    drop(bytes, step.count);
  }
  return Wants::nothing;
}

asio::awaitable<void> Stream::write(std::vector<asio::const_buffer> bytes) {
  const auto size = asio::buffer_size(bytes);
  bool waited = false;
  for (auto wants = write_now(bytes); wants != Wants::nothing; wants = write_now(bytes)) {
    if (!std::exchange(waited, true)) write_limit_ ? expires_after(*write_limit_ + std::chrono::seconds(size / bytes_per_second)) : expires_never();
    if (!co_await wait_for(wants)) fail(asio::error::timed_out);
  }
}

asio::awaitable<void> Stream::write(std::string_view bytes) { return write(std::vector<asio::const_buffer>(1, asio::buffer(bytes.data(), bytes.size()))); }

void Stream::expires_at(Time deadline) {
  deadline_ = deadline;
  expired_ = false;
  timer_.expires_at(deadline);
  timer_.async_wait([weak = weak_from_this()](const error_code& failure) {
    if (const auto self = failure ? nullptr : weak.lock()) self->on_timer();
  });
}

void Stream::expires_never() {
  deadline_ = Time::max();
  expired_ = false;
  timer_.cancel();
}

// One that had gone off when the deadline was moved means nothing.
void Stream::on_timer() {
  if (std::chrono::steady_clock::now() < deadline_) return;
  expired_ = true;
  cancel();
}

std::optional<unsigned char> Stream::first_byte() {
  unsigned char byte = 0;
  const auto count = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count == 1 ? std::optional(byte) : std::nullopt;
}

void Stream::cancel() {
  error_code ignored;
  socket_.cancel(ignored);
}

void Stream::shut() {
  if (tls_) tls_->close();
  error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

void Stream::close() {
  timer_.cancel();
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace acta
