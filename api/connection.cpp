#include "api/connection.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <boost/throw_exception.hpp>

#include "api/access_log.h"
#include "api/feed_sender.h"
#include "api/problem.h"
#include "api/request_reader.h"
#include "api/response_head.h"
#include "events/log.h"

namespace acta {
namespace {

namespace asio = boost::asio;
using Wants = RequestReader::Wants;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds farewell_limit{2};
constexpr unsigned char tls_handshake = 0x16;   // RFC 8446 5.1: the first byte of who speaks TLS
constexpr std::string_view continue_answer = "HTTP/1.1 100 Continue\r\n\r\n";

[[noreturn]] void throw_gone() { boost::throw_exception(boost::system::system_error(asio::error::not_connected)); }

class Connection final : public FeedCarrier, public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<Stream> stream, Admission::Place place, Service& service) : stream_(std::move(stream)), home_(stream_->executor()), place_(std::move(place)), service_(service), reader_(service.limits.request) {}
  asio::awaitable<void> run();
  asio::awaitable<void> refuse();

  asio::ip::tcp::socket& feed_socket() override { return stream_->socket(); }
  bool write_feed_now(std::vector<asio::const_buffer>& bytes) override;
  asio::awaitable<void> write_feed(std::vector<asio::const_buffer> bytes) override;
  void feed_ends() override { stream_->writes_within(farewell_limit); }

 private:
  asio::awaitable<bool> begin();
  asio::awaitable<bool> wait_for_request();
  asio::awaitable<bool> read_more();
  asio::awaitable<bool> read_request();
  asio::awaitable<void> serve(const RequestHead& head);
  asio::awaitable<Response> committed(Pending& pending);
  asio::awaitable<bool> serve_one();
  asio::awaitable<void> serve_all();
  asio::awaitable<void> let_others();
  asio::awaitable<void> send(std::string_view bytes);
  asio::awaitable<void> send_chunk(std::string_view bytes, bool chunks);
  asio::awaitable<void> send_answer(const RequestHead& head, const Response& response);
  asio::awaitable<void> send_pieces(const RequestHead& head, const Response& response);
  asio::awaitable<void> send_feed_apart(std::shared_ptr<Feed> feed, bool chunks);
  asio::awaitable<void> send_failure();
  asio::awaitable<void> close();
  Clock::time_point deadline(Wants wants, Clock::time_point begun) const;
  void fail(Fault fault, std::string detail);
  void on_stop();

  template <class Work>
  asio::awaitable<std::invoke_result_t<Work>> on_worker(Work work) {
    if (const auto seat = service_.seats.take()) co_return work();
    co_return co_await asio::co_spawn(*service_.workers, [work = std::move(work)]() -> asio::awaitable<std::invoke_result_t<Work>> { co_return work(); }, asio::use_awaitable);
  }

  const std::shared_ptr<Stream> stream_;
  const asio::any_io_executor home_;           // where it is served, but for feeds
  const Admission::Place place_;
  Service& service_;
  RequestReader reader_;
  std::optional<Response> failure_;            // to be sent before closing
  std::uint64_t sent_bytes_ = 0;
  std::size_t in_a_row_ = 0;                   // answered since it had to be waited for
  bool idle_ = false;                          // nothing is lost when it ends now
  bool open_ = true;                           // for a further request
};

// --- reading

void Connection::fail(Fault fault, std::string detail) {
  const Trail trail{"", to_hex(random_bytes(*service_.randomness, 16))};
  failure_ = problem(trail, fault, std::move(detail));
  service_.count_refusal({failure_->status, std::string(slug_of(fault))});
}

// TLS, where it is wanted. Who speaks plainly to it is told so, plainly.
asio::awaitable<bool> Connection::begin() {
  if (!stream_->has_tls()) co_return true;
  stream_->expires_after(service_.limits.handshake);
  if (!co_await stream_->wait_for(TlsSession::Wants::read)) co_return false;
  const auto first = stream_->first_byte();
  if (first && *first != tls_handshake) {
    stream_->drop_tls();
    fail(Fault::framing, "this port speaks TLS: ask it with https://");
    co_return false;
  }
  const bool agreed = co_await stream_->handshake();
  if (agreed) co_return true;
  service_.count_refusal({.status = 0, .reason = "tls"});
  spdlog::info("tls_failed reason=\"{}\"", stream_->expired() ? "not done in time" : stream_->tls_failure());
  co_return false;
}

asio::awaitable<bool> Connection::read_more() {
  for (;;) {
    const auto arrived = stream_->read_now();
    if (!arrived.bytes.empty()) co_return reader_.add(arrived.bytes), true;
    if (arrived.ended) co_return false;
    if (co_await stream_->wait_for(arrived.wants)) continue;
    if (stream_->expired()) fail(Fault::timed_out, "the request did not arrive in time");
    co_return false;
  }
}

// Costs nothing while it lasts: no buffer, and no wake-up but the one that ends it.
asio::awaitable<bool> Connection::wait_for_request() {
  if (!open_) co_return false;
  if (reader_.go_on() != Wants::request) co_return true;
  if (service_.stopping) co_return false;
  in_a_row_ = 0;
  idle_ = true;
  stream_->expires_after(service_.limits.idle);
  const bool came = co_await stream_->wait_for(TlsSession::Wants::read);
  idle_ = false;
  co_return came;
}

// In all, however steadily bytes drip: a header has its limit, a body so long as its pace allows.
Clock::time_point Connection::deadline(Wants wants, Clock::time_point begun) const {
  if (wants != Wants::body) return begun + service_.limits.header;
  return begun + service_.limits.header + service_.limits.body_grace + std::chrono::seconds(reader_.body_bytes() / Stream::bytes_per_second);
}

asio::awaitable<bool> Connection::read_request() {
  const auto begun = Clock::now();
  for (auto wants = reader_.go_on(); wants != Wants::nothing; wants = reader_.go_on()) {
    if (wants == Wants::refusal) co_return fail(reader_.broken().fault, reader_.broken().detail), false;
    if (wants == Wants::body && reader_.take_expectation()) co_await send(continue_answer);
    stream_->expires_at(deadline(wants, begun));
    if (!co_await read_more()) co_return false;
  }
  co_return true;
}

// --- writing

asio::awaitable<void> Connection::send(std::string_view bytes) {
  co_await stream_->write(bytes);
  sent_bytes_ += bytes.size();
}

asio::awaitable<void> Connection::send_chunk(std::string_view bytes, bool chunks) {
  if (bytes.empty()) co_return;  // an empty chunk would end the answer
  if (!chunks) co_return co_await send(bytes);
  const auto framed = chunk_of(bytes);
  co_await send(framed);
}

asio::awaitable<void> Connection::send_pieces(const RequestHead& head, const Response& response) {
  for (;;) {
    const auto piece = co_await on_worker([&] { return response.pieces(); });
    if (!piece) break;
    co_await send_chunk(*piece, head.http_1_1);
  }
}

bool Connection::write_feed_now(std::vector<asio::const_buffer>& bytes) {
  sent_bytes_ += asio::buffer_size(bytes);
  const bool all = stream_->write_now(bytes) == TlsSession::Wants::nothing;
  sent_bytes_ -= asio::buffer_size(bytes);
  return all;
}

asio::awaitable<void> Connection::write_feed(std::vector<asio::const_buffer> bytes) {
  sent_bytes_ += asio::buffer_size(bytes);
  co_await stream_->write(std::move(bytes));
}

asio::awaitable<void> Connection::send_answer(const RequestHead& head, const Response& response) {
  const bool streamed = response.pieces || response.feed;
  const bool bodiless = head.request.method == "HEAD" || response.status == 204 || response.status == 304;
  auto text = response_head(response, {.keep_alive = head.keep_alive && !service_.stopping, .chunks = head.http_1_1});
  if (!bodiless && !streamed) text += response.body;
  co_await send(text);
  if (bodiless || !streamed) co_return;
  if (response.pieces) co_await send_pieces(head, response);
  if (response.feed) co_await send_feed_apart(response.feed, head.http_1_1);
  if (head.http_1_1) co_await send(last_chunk);
}

// On the thread of the feeds, and back for what follows.
asio::awaitable<void> Connection::send_feed_apart(std::shared_ptr<Feed> feed, bool chunks) {
  stream_->writes_within(std::nullopt);  // a slow reader is waited for, however long
  if (!stream_->move_to(service_.feeds)) throw_gone();
  const auto sending = [this, held = &feed, chunks]() -> asio::awaitable<void> { co_await send_feed(*this, *held, {.service = service_, .chunks = chunks}); };
  co_await asio::co_spawn(service_.feeds, sending, asio::use_awaitable);
  if (!stream_->move_to(home_)) throw_gone();
}

asio::awaitable<void> Connection::send_failure() {
  const auto text = response_head(*failure_, {.keep_alive = false, .chunks = false}) + failure_->body;
  log_access({.method = "-", .route = {}, .status = failure_->status, .sent_bytes = text.size(), .took_micros = 0, .trace_id = {}});
  co_await send(text);
}

// --- one after the other

asio::awaitable<void> Connection::serve(const RequestHead& head) {
  const auto started = Clock::now();
  sent_bytes_ = 0;
  stream_->expires_never();
  auto response = co_await on_worker([&] { return service_.handle(head.request); });
  if (const auto pending = response.pending) response = co_await committed(*pending);
  co_await send_answer(head, response);
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - started);
  log_access({.method = head.request.method, .route = response.route, .status = response.status, .sent_bytes = sent_bytes_, .took_micros = took.count(), .trace_id = response.trace_id});
  const bool delimited = head.http_1_1 || !(response.pieces || response.feed);
  open_ = head.keep_alive && delimited && !service_.stopping;
}

// No thread waits with it: it is rendered here when the thread that commits says that it is there.
asio::awaitable<Response> Connection::committed(Pending& pending) {
  const auto wait = [this, held = &pending](auto handler) {
    const auto kept = std::make_shared<decltype(handler)>(std::move(handler));
    ++service_.commands;
    held->wait([kept, executor = asio::get_associated_executor(*kept), &service = service_] {
      asio::post(executor, [kept] { std::move (*kept)(); });
      --service.commands;
      service.commands.notify_all();
    });
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(wait, asio::use_awaitable);
  co_return co_await on_worker([held = &pending] { return held->answer(); });
}

asio::awaitable<bool> Connection::serve_one() {
  stream_->writes_within(service_.limits.write);
  const bool arrived = co_await read_request();
  if (!arrived) co_return false;
  const auto head = reader_.take();
  co_await serve(head);
  co_return true;
}

// Who sends many requests ahead of their answers waits at the end of the queue after each share of them. What it sends
// meanwhile stays in its own socket: nothing is read ahead but what came with a request that was waited for.
asio::awaitable<void> Connection::let_others() {
  if (++in_a_row_ <= service_.limits.pipelined_max) co_return;
  in_a_row_ = 1;
  service_.measures->count_pause();
  co_await asio::post(stream_->executor(), asio::use_awaitable);
}

// Each co_await stands in a statement of its own: g++ 12 mixes them up in nested conditions.
asio::awaitable<void> Connection::serve_all() {
  for (bool goes_on = true; goes_on;) {
    const bool came = co_await wait_for_request();
    if (!came) co_return;
    co_await let_others();
    goes_on = co_await serve_one();
  }
}

// Closing while bytes still arrive would reset the connection and lose the answer on its way: let the client close first.
asio::awaitable<void> Connection::close() {
  stream_->shut();
  idle_ = true;
  stream_->expires_after(farewell_limit);
  for (bool more = true; more && !service_.stopping;) {
    more = !stream_->read_now().ended;
    if (more) more = co_await stream_->wait_for(TlsSession::Wants::read);
  }
  stream_->close();
}

void Connection::on_stop() {
  if (idle_) stream_->cancel();
}

asio::awaitable<void> Connection::run() {
  const auto self = shared_from_this();
  const auto stopped = [weak = weak_from_this()] {
    if (const auto held = weak.lock()) asio::post(held->home_, [held] { held->on_stop(); });
  };
  const auto listener = service_.stops.listen(stopped);
  try {
    stream_->writes_within(service_.limits.write);
    const bool begun = co_await begin();
    if (begun) co_await serve_all();
    if (failure_) co_await send_failure();
    co_await close();
  } catch (const boost::system::system_error&) {
    stream_->close();  // the client went away, or reads too slowly
  }
  service_.stops.forget(listener);
}

asio::awaitable<void> Connection::refuse() {
  const auto self = shared_from_this();
  const Trail trail{"", to_hex(random_bytes(*service_.randomness, 16))};
  failure_ = problem(trail, error(Code::busy, "too many connections, in all or from your address: close some, or come again in a moment"));
  service_.count_refusal({failure_->status, "connections"});
  stream_->writes_within(farewell_limit);
  try {
    co_await send_failure();
    co_await close();
  } catch (const boost::system::system_error&) {
    stream_->close();
  }
  --service_.refusals;
}

}  // namespace

void serve_connection(std::shared_ptr<Stream> stream, Admission::Place place, Service& service) {
  const auto executor = stream->executor();
  const auto connection = std::make_shared<Connection>(std::move(stream), std::move(place), service);
  asio::co_spawn(executor, [connection] { return connection->run(); }, asio::detached);
}

void refuse_connection(std::shared_ptr<Stream> stream, Service& service) {
  const auto executor = stream->executor();
  ++service.refusals;
  const auto connection = std::make_shared<Connection>(std::move(stream), nullptr, service);
  asio::co_spawn(executor, [connection] { return connection->refuse(); }, asio::detached);
}

}  // namespace acta
