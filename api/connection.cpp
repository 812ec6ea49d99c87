#include "api/connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <chrono>

#include "api/access_log.h"
#include "api/framing.h"
#include "api/problem.h"
#include "api/response_head.h"

namespace acta {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using std::chrono::seconds;
using Parser = http::request_parser<http::string_body>;

constexpr std::size_t header_bytes_max = 16 * 1024, body_bytes_max = 1024 * 1024, read_bytes = 16 * 1024;
constexpr seconds idle_limit{60}, header_limit{10}, body_limit{30}, write_limit{30}, heartbeat_every{10}, farewell_limit{2};
constexpr auto with_error = asio::as_tuple(asio::use_awaitable);

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(asio::ip::tcp::socket socket, Service& service) : stream_(std::move(socket)), service_(service), timer_(stream_.get_executor()) { ++service_.connections; }
  ~Connection() { --service_.connections; }
  asio::awaitable<void> run();
  asio::awaitable<void> refuse();
  beast::tcp_stream::executor_type executor() { return stream_.get_executor(); }

 private:
  struct Incoming {
    Request request;
    bool keep_alive = false, chunks = false;   // HTTP/1.0 knows no chunks
  };
  asio::awaitable<bool> serve_one();
  asio::awaitable<bool> read_some();
  asio::awaitable<bool> wait_for_request();
  asio::awaitable<std::optional<Incoming>> read_request();
  asio::awaitable<std::optional<std::string>> read_header();
  asio::awaitable<bool> read_body(Parser& parser);
  asio::awaitable<bool> answer_expectation(const Parser& parser);
  asio::awaitable<void> send(std::string_view bytes);
  asio::awaitable<void> send_chunk(std::string_view bytes, bool chunks);
  asio::awaitable<void> send_answer(const Incoming& incoming, const Response& response);
  asio::awaitable<void> send_pieces(const Incoming& incoming, const Response& response);
  asio::awaitable<void> send_feed(const Incoming& incoming, Feed& feed);
  asio::awaitable<void> wait_for_commit(std::uint64_t rung);
  asio::awaitable<void> send_failure();
  asio::awaitable<void> close();
  void fail(Fault fault, std::string detail);
  void on_stop();

  template <class Work>
  asio::awaitable<std::invoke_result_t<Work>> on_worker(Work work) {
    co_return co_await asio::co_spawn(*service_.workers, [work = std::move(work)]() -> asio::awaitable<std::invoke_result_t<Work>> { co_return work(); }, asio::use_awaitable);
  }

  beast::tcp_stream stream_;
  Service& service_;
  asio::steady_timer timer_;
  std::string pending_;                        // read and not yet used: pipelined requests wait here
  std::optional<Response> failure_;            // to be sent before closing
  std::uint64_t sent_bytes_ = 0;
  bool idle_ = false;
};

// --- reading

void Connection::fail(Fault fault, std::string detail) {
  const Trail trail{"", to_hex(random_bytes(*service_.randomness, 16))};
  failure_ = problem(trail, fault, std::move(detail));
}

asio::awaitable<bool> Connection::read_some() {
  const auto before = pending_.size();
  pending_.resize(before + read_bytes);
  const auto [failure, count] = co_await stream_.async_read_some(asio::buffer(pending_.data() + before, read_bytes), with_error);
  pending_.resize(before + (failure ? 0 : count));
  if (failure == beast::error::timeout && !idle_) fail(Fault::timed_out, "the request did not arrive in time");
  co_return !failure;
}

asio::awaitable<bool> Connection::wait_for_request() {
  if (!pending_.empty()) co_return true;
  if (service_.stopping) co_return false;
  idle_ = true;
  stream_.expires_after(idle_limit);
  const bool came = co_await read_some();
  idle_ = false;
  co_return came;
}

asio::awaitable<std::optional<std::string>> Connection::read_header() {
  stream_.expires_after(header_limit);
  std::size_t end = 0;
  while ((end = pending_.find("\r\n\r\n")) == std::string::npos && pending_.size() < header_bytes_max)
    if (!co_await read_some()) co_return std::nullopt;
  if (end == std::string::npos || end + 4 > header_bytes_max) {
    fail(Fault::header_too_large, "the header may have 16 KiB");
    co_return std::nullopt;
  }
  auto header = pending_.substr(0, end + 4);
  pending_.erase(0, end + 4);
  co_return header;
}

asio::awaitable<bool> Connection::answer_expectation(const Parser& parser) {
  if (!beast::iequals(parser.get()[http::field::expect], "100-continue") || !pending_.empty()) co_return true;
  const auto [failure, count] = co_await asio::async_write(stream_, asio::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n")), with_error);
  co_return !failure && count > 0;
}

// The parser takes what there is and says what it lacks.
asio::awaitable<bool> Connection::read_body(Parser& parser) {
  stream_.expires_after(body_limit);
  if (!parser.is_done() && !co_await answer_expectation(parser)) co_return false;
  while (!parser.is_done()) {
    beast::error_code failure;
    if (!pending_.empty()) pending_.erase(0, parser.put(asio::buffer(pending_), failure));
    if (failure == http::error::body_limit) fail(Fault::body_too_large, "a body may have 1 MiB");
    else if (failure && failure != http::error::need_more) fail(Fault::framing, "the body's chunks are not framed as RFC 9112 wants them");
    if (failure_) co_return false;
    if (!parser.is_done() && (failure || pending_.empty()) && !co_await read_some()) co_return false;
  }
  co_return true;
}

asio::awaitable<std::optional<Connection::Incoming>> Connection::read_request() {
  const auto header = co_await read_header();
  if (!header) co_return std::nullopt;
  if (const auto fault = framing_fault(*header)) {
    fail(Fault::framing, *fault);
    co_return std::nullopt;
  }
  Parser parser;
  parser.eager(true);
  parser.header_limit(header_bytes_max);
  parser.body_limit(body_bytes_max);
  beast::error_code failure;
  parser.put(asio::buffer(*header), failure);
  if (failure == http::error::body_limit) fail(Fault::body_too_large, "a body may have 1 MiB");
  else if (failure && failure != http::error::need_more) fail(Fault::framing, "the header is not one of RFC 9112");
  if (failure_ || !co_await read_body(parser)) co_return std::nullopt;
  Incoming incoming{{}, parser.keep_alive(), parser.get().version() == 11};
  incoming.request.method = std::string(parser.get().method_string());
  incoming.request.target = std::string(parser.get().target());
  for (const auto& field : parser.get()) incoming.request.headers.emplace_back(field.name_string(), field.value());
  incoming.request.body = std::move(parser.get().body());
  co_return incoming;
}

// --- writing

asio::awaitable<void> Connection::send(std::string_view bytes) {
  co_await asio::async_write(stream_, asio::buffer(bytes.data(), bytes.size()), asio::use_awaitable);
  sent_bytes_ += bytes.size();
}

asio::awaitable<void> Connection::send_chunk(std::string_view bytes, bool chunks) {
  if (bytes.empty()) co_return;  // an empty chunk would end the answer
  if (!chunks) co_return co_await send(bytes);
  const auto framed = chunk_of(bytes);
  co_await send(framed);
}

asio::awaitable<void> Connection::send_pieces(const Incoming& incoming, const Response& response) {
  for (;;) {
    const auto piece = co_await on_worker([&] { return response.pieces(); });
    if (!piece) break;
    stream_.expires_after(write_limit);
    co_await send_chunk(*piece, incoming.chunks);
  }
}

// Commits ring on another thread; the timer is cancelled on this connection's own.
asio::awaitable<void> Connection::wait_for_commit(std::uint64_t rung) {
  if (service_.commits->rung() != rung || service_.stopping) co_return;
  timer_.expires_after(heartbeat_every);
  co_await timer_.async_wait(with_error);
}

asio::awaitable<void> Connection::send_feed(const Incoming& incoming, Feed& feed) {
  const auto wake = [weak = weak_from_this()] {
    if (const auto self = weak.lock()) asio::post(self->stream_.get_executor(), [self] { self->timer_.cancel(); });
  };
  const auto listener = service_.commits->listen(wake);
  const std::shared_ptr<void> forget_at_end(nullptr, [this, listener](void*) { service_.commits->forget(listener); });
  stream_.expires_never();  // a slow reader is waited for, however long
  while (!service_.stopping) {
    const auto rung = service_.commits->rung();
    const auto text = co_await on_worker([&] { return feed.next(); });
    if (!text) co_return;
    co_await send_chunk(*text, incoming.chunks);
    if (!text->empty()) continue;
    co_await wait_for_commit(rung);
    if (service_.commits->rung() == rung && !service_.stopping) co_await send_chunk(feed.heartbeat(), incoming.chunks);
  }
  stream_.expires_after(farewell_limit);
  co_await send_chunk(feed.farewell(), incoming.chunks);
}

asio::awaitable<void> Connection::send_answer(const Incoming& incoming, const Response& response) {
  const bool streamed = response.pieces || response.feed;
  const bool bodiless = incoming.request.method == "HEAD" || response.status == 204 || response.status == 304;
  stream_.expires_after(write_limit);
  auto head = response_head(response, {.keep_alive = incoming.keep_alive && !service_.stopping, .chunks = incoming.chunks});
  if (!bodiless && !streamed) head += response.body;
  co_await send(head);
  if (bodiless || !streamed) co_return;
  if (response.pieces) co_await send_pieces(incoming, response);
  if (response.feed) co_await send_feed(incoming, *response.feed);
  if (incoming.chunks) co_await send(last_chunk);
}

asio::awaitable<void> Connection::send_failure() {
  stream_.expires_after(write_limit);
  const auto text = response_head(*failure_, {.keep_alive = false, .chunks = false}) + failure_->body;
  log_access({.method = "-", .route = {}, .status = failure_->status, .sent_bytes = text.size(), .took_micros = 0, .trace_id = {}});
  co_await send(text);
}

// --- one after the other

asio::awaitable<bool> Connection::serve_one() {
  if (!co_await wait_for_request()) co_return false;
  const auto incoming = co_await read_request();
  if (!incoming) {
    if (failure_) co_await send_failure();
    co_return false;
  }
  const auto started = std::chrono::steady_clock::now();
  sent_bytes_ = 0;
  stream_.expires_never();
  const auto response = co_await on_worker([&] { return service_.router->handle(incoming->request); });
  co_await send_answer(*incoming, response);
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - started);
  log_access({.method = incoming->request.method, .route = response.route, .status = response.status, .sent_bytes = sent_bytes_, .took_micros = took.count(), .trace_id = response.trace_id});
  const bool delimited = incoming->chunks || !(response.pieces || response.feed);
  co_return incoming->keep_alive && delimited && !service_.stopping;
}

// Closing while bytes still arrive would reset the connection and lose the answer on its way: let the client close first.
asio::awaitable<void> Connection::close() {
  beast::error_code ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  idle_ = true;
  stream_.expires_after(farewell_limit);
  for (pending_.clear(); !service_.stopping && co_await read_some(); pending_.clear()) {
  }
  stream_.close();
}

void Connection::on_stop() {
  timer_.cancel();
  if (idle_) stream_.cancel();
}

asio::awaitable<void> Connection::run() {
  const auto self = shared_from_this();
  const auto stopped = [weak = weak_from_this()] {
    if (const auto held = weak.lock()) asio::post(held->stream_.get_executor(), [held] { held->on_stop(); });
  };
  const auto listener = service_.stops.listen(stopped);
  try {
    while (co_await serve_one()) {
    }
    co_await close();
  } catch (const boost::system::system_error&) {
    stream_.close();  // the client went away, or reads too slowly
  }
  service_.stops.forget(listener);
}

asio::awaitable<void> Connection::refuse() {
  const auto self = shared_from_this();
  const Trail trail{"", to_hex(random_bytes(*service_.randomness, 16))};
  failure_ = problem(trail, error(Code::busy, "too many connections"));
  try {
    co_await send_failure();
  } catch (const boost::system::system_error&) {
    stream_.close();
  }
}

}  // namespace

void serve_connection(asio::ip::tcp::socket socket, Service& service) {
  const auto connection = std::make_shared<Connection>(std::move(socket), service);
  const auto executor = connection->executor();
  asio::co_spawn(executor, [connection] { return connection->run(); }, asio::detached);
}

void refuse_connection(asio::ip::tcp::socket socket, Service& service) {
  const auto connection = std::make_shared<Connection>(std::move(socket), service);
  const auto executor = connection->executor();
  asio::co_spawn(executor, [connection] { return connection->refuse(); }, asio::detached);
}

}  // namespace acta
