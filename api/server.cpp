#include "api/server.h"

#include <signal.h>
#include <sys/resource.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <thread>

#include "api/connection.h"
#include "api/query.h"
#include "events/log.h"
#include "events/thread_name.h"

namespace acta {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::size_t refusals_max = 64;                        // told at the same time; further ones are closed without a word
constexpr auto breath = std::chrono::milliseconds(100);         // when the system has no file or memory left for a connection
constexpr std::size_t files_kept_free = 768;                    // for the stores and everything else that is not a connection

Error unusable(const std::string& listen, std::string_view why) { return error(Code::invalid, "cannot listen on " + listen + ": " + std::string(why)); }

Result<tcp::endpoint> endpoint_of(const std::string& listen) {
  const auto colon = listen.rfind(':');
  if (colon == std::string::npos) return unusable(listen, "HOST:PORT is wanted, as 127.0.0.1:7171");
  auto host = listen.substr(0, colon);
  const auto port = parse_number(std::string_view(listen).substr(colon + 1));
  if (!port || *port > 65'535) return unusable(listen, "the port is a number up to 65535, 0 for any free one");
  if (host == "localhost") host = "127.0.0.1";
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  boost::system::error_code failure;
  const auto address = asio::ip::make_address(host, failure);
  if (failure) return unusable(listen, "the host is an address of this machine, as 127.0.0.1");
  if (!address.is_loopback()) return unusable(listen, "there is no sign-in yet, whoever asks is believed, so only this machine may ask, with TLS or without: 127.0.0.1, [::1] or localhost");
  return tcp::endpoint(address, static_cast<std::uint16_t>(*port));
}

Result<void> bind(tcp::acceptor& acceptor, const tcp::endpoint& endpoint, const std::string& listen) {
  boost::system::error_code failure;
  acceptor.open(endpoint.protocol(), failure);
  if (!failure) acceptor.set_option(tcp::acceptor::reuse_address(true), failure);
  if (!failure) acceptor.bind(endpoint, failure);
  if (!failure) acceptor.listen(asio::socket_base::max_listen_connections, failure);
  if (failure == asio::error::address_in_use) return error(Code::in_use, "the port of " + listen + " is taken by another process: choose another with --listen, 0 for any free one");
  if (failure) return error(Code::unavailable, "cannot listen on " + listen + ": " + failure.message());
  return {};
}

Admission::Address address_of(const tcp::socket& socket) {
  boost::system::error_code failure;
  const auto address = socket.remote_endpoint(failure).address();
  return (address.is_v6() ? address.to_v6() : asio::ip::make_address_v6(asio::ip::v4_mapped, address.is_v4() ? address.to_v4() : asio::ip::address_v4())).to_bytes();
}

// A connection that could not be opened would be one that nobody answers.
ServerOptions within_open_files(ServerOptions options) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY) return options;
  const auto left = std::max<std::size_t>(files.rlim_cur, files_kept_free + 64) - files_kept_free;
  if (left < options.connections_max) spdlog::warn("connections_capped at={} open_files={}", left, files.rlim_cur);
  options.connections_max = std::min(options.connections_max, left);
  return options;
}

std::string text_of(const tcp::endpoint& endpoint) {
  const auto host = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(endpoint.port());
}

}  // namespace

Result<void> check_listen(const std::string& listen) {
  ACTA_TRY(const auto endpoint, endpoint_of(listen));
  asio::io_context io;
  tcp::acceptor acceptor(io);
  return bind(acceptor, endpoint, listen);
}

// What new connections are shown. Any thread.
class TlsHolder {
 public:
  explicit TlsHolder(std::optional<TlsFiles> files) : files_(std::move(files)) {}
  Result<void> load() {
    if (!files_) return {};
    ACTA_TRY(auto loaded, TlsContext::load(*files_, WallClock().now()));
    const std::lock_guard lock(mutex_);
    context_ = std::move(loaded);
    return {};
  }
  std::shared_ptr<const TlsContext> context() const {
    const std::lock_guard lock(mutex_);
    return context_;
  }

 private:
  const std::optional<TlsFiles> files_;
  mutable std::mutex mutex_;
  std::shared_ptr<const TlsContext> context_;
};

struct Server::Impl {
  explicit Impl(const ServerOptions& chosen) : options(within_open_files(chosen)), tls(chosen.tls), service(options), workers(static_cast<std::size_t>(chosen.workers)) {}
  const ServerOptions options;
  TlsHolder tls;
  std::string address;
  Service service;
  std::unique_ptr<Router> router;
  std::unique_ptr<Feeds> feeds;
  asio::io_context io;
  asio::io_context feed_io{1};
  const asio::executor_work_guard<asio::io_context::executor_type> feeds_to_come{feed_io.get_executor()};
  asio::thread_pool workers;
  tcp::acceptor acceptor{io};
  asio::steady_timer pause{io};
  std::vector<std::thread> threads;

  void begin();
  void accept();
  void accept_later(const std::string& why);
  void take(tcp::socket socket);
  void run(asio::io_context& sockets, const char* name);
  void stop();
};

void Server::Impl::take(tcp::socket socket) {
  auto place = service.admission.admit(address_of(socket));
  if (!place && service.refusals >= refusals_max) return service.count_refusal({.status = 0, .reason = "connections"});
  const auto context = tls.context();
  auto session = context ? context->session(socket.native_handle()) : nullptr;
  // Nothing can be said before a handshake, and that is work.
  if (context && (!session || !place)) return service.count_refusal({.status = 0, .reason = place ? "tls" : "connections"});
  auto stream = std::make_shared<Stream>(std::move(socket), std::move(session));
  if (!place) return refuse_connection(std::move(stream), service);
  serve_connection(std::move(stream), std::move(place), service);
}

void Server::Impl::accept() {
  acceptor.async_accept(asio::make_strand(io), [this](const boost::system::error_code& failure, tcp::socket socket) {
    if (service.stopping || failure == asio::error::operation_aborted) return;
    if (failure && failure != asio::error::connection_aborted) return accept_later(failure.message());
    if (!failure) take(std::move(socket));
    accept();
  });
}

void Server::Impl::accept_later(const std::string& why) {
  spdlog::warn("accept_failed reason=\"{}\"", why);
  pause.expires_after(breath);
  pause.async_wait([this](const boost::system::error_code& failure) {
    if (!failure && !service.stopping) accept();
  });
}

// OpenSSL writes to sockets that may be gone: an error is enough.
void Server::Impl::run(asio::io_context& sockets, const char* name) {
  name_this_thread(name);
  sigset_t broken_pipe;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
  sockets.run();
}

void Server::Impl::stop() {
  if (service.stopping.exchange(true)) return;
  asio::post(io, [this] {
    acceptor.close();
    pause.cancel();
  });
  service.stops.ring();
  if (feeds) feeds->stop();
  service.admission.wait_until_empty(service.limits.stop);
  workers.join();
  for (auto waiting = service.commands.load(); waiting != 0; waiting = service.commands.load()) service.commands.wait(waiting);
  io.stop();
  feed_io.stop();
  for (auto& thread : threads) thread.join();
}

void Server::Impl::begin() {
  accept();
  for (int i = 0; i < socket_threads(); ++i) threads.emplace_back([this] { run(io, "acta-sockets"); });
  threads.emplace_back([this] { run(feed_io, "acta-delivery"); });
}

Result<std::unique_ptr<Server::Impl>> Server::bound(const ServerOptions& options) {
  ACTA_TRY(const auto endpoint, endpoint_of(options.listen));
  auto impl = std::make_unique<Impl>(options);
  ACTA_CHECK(impl->tls.load());
  ACTA_CHECK(bind(impl->acceptor, endpoint, options.listen));
  impl->address = text_of(impl->acceptor.local_endpoint());
  impl->service.workers = &impl->workers;
  impl->service.feeds = impl->feed_io.get_executor();
  return impl;
}

Result<std::unique_ptr<Server>> Server::start(Engine& engine, Views& views, std::string local_token, const ServerOptions& options) {
  ACTA_TRY(auto impl, bound(options));
  impl->feeds = std::make_unique<Feeds>(engine, options.feeds, [&delivery = impl->feed_io](std::function<void()> work) { asio::post(delivery, std::move(work)); });
  impl->router = std::make_unique<Router>(RouterOptions{.engine = &engine, .views = &views, .address = impl->address, .local_token = std::move(local_token), .feeds = impl->feeds.get(),
      .subscriptions = options.subscriptions, .cosigners = options.cosigners, .time_stamper = options.time_stamper, .connections = [&service = impl->service] { return service.admission.count(); }});
  impl->service.measures = &impl->router->measures();
  impl->service.handle = [router = impl->router.get()](const Request& request) { return router->begin(request); };
  impl->begin();
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Result<std::unique_ptr<Server>> Server::start(const std::function<Handler(const std::string&)>& handler, const ServerOptions& options) {
  ACTA_TRY(auto impl, bound(options));
  impl->service.handle = handler(impl->address);
  impl->begin();
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() { impl_->stop(); }
const std::string& Server::address() const { return impl_->address; }
Result<void> Server::reload_tls() { return impl_->tls.load(); }
void Server::stop() { impl_->stop(); }

std::optional<TlsIdentity> Server::tls() const {
  const auto context = impl_->tls.context();
  return context ? std::optional(context->identity()) : std::nullopt;
}

bool Server::answers(int timeout_ms) const {
  const auto done = std::make_shared<std::promise<void>>();
  auto future = done->get_future();
  asio::post(impl_->io, [&workers = impl_->workers, done] { asio::post(workers, [done] { done->set_value(); }); });
  return future.wait_for(std::chrono::milliseconds(timeout_ms)) == std::future_status::ready;
}

}  // namespace acta
