#include "api/server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <chrono>
#include <future>
#include <thread>

#include "api/connection.h"
#include "api/query.h"

namespace acta {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr int socket_threads = 2;
constexpr int stop_rounds_max = 100;
constexpr auto stop_round = std::chrono::milliseconds(50);

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
  if (!address.is_loopback()) return unusable(listen, "actors are believed here, so only this machine may ask: 127.0.0.1, [::1] or localhost");
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

struct Server::Impl {
  explicit Impl(const ServerOptions& chosen) : options(chosen), workers(static_cast<std::size_t>(chosen.workers)) {}
  ServerOptions options;
  std::string address;
  Service service;
  std::unique_ptr<Router> router;
  asio::io_context io;
  asio::thread_pool workers;
  tcp::acceptor acceptor{io};
  std::vector<std::thread> threads;

  void accept();
  void take(tcp::socket socket);
  void stop();
};

void Server::Impl::take(tcp::socket socket) {
  if (service.connections >= options.connections_max) return refuse_connection(std::move(socket), service);
  serve_connection(std::move(socket), service);
}

void Server::Impl::accept() {
  acceptor.async_accept(asio::make_strand(io), [this](const boost::system::error_code& failure, tcp::socket socket) {
    if (service.stopping || failure == asio::error::operation_aborted) return;
    if (!failure) take(std::move(socket));
    accept();
  });
}

// Answers in work are sent, feeds say farewell; who has not read them after five seconds is cut off.
void Server::Impl::stop() {
  if (service.stopping.exchange(true)) return;
  asio::post(io, [this] { acceptor.close(); });
  service.stops.ring();
  for (int round = 0; round < stop_rounds_max && service.connections > 0; ++round) std::this_thread::sleep_for(stop_round);
  workers.join();
  io.stop();
  for (auto& thread : threads) thread.join();
}

Result<std::unique_ptr<Server>> Server::start(Engine& engine, Views& views, std::string local_token, const ServerOptions& options) {
  ACTA_TRY(const auto endpoint, endpoint_of(options.listen));
  auto impl = std::make_unique<Impl>(options);
  ACTA_CHECK(bind(impl->acceptor, endpoint, options.listen));
  impl->address = text_of(impl->acceptor.local_endpoint());
  impl->router = std::make_unique<Router>(RouterOptions{.engine = &engine, .views = &views, .address = impl->address, .local_token = std::move(local_token), .connections = [&service = impl->service] { return service.connections.load(); }});
  impl->service.router = impl->router.get();
  impl->service.workers = &impl->workers;
  engine.on_commit([commits = impl->service.commits](std::uint64_t) { commits->ring(); });
  impl->accept();
  for (int i = 0; i < socket_threads; ++i) impl->threads.emplace_back([&io = impl->io] { io.run(); });
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() { impl_->stop(); }
const std::string& Server::address() const { return impl_->address; }
void Server::stop() { impl_->stop(); }

bool Server::answers(int timeout_ms) const {
  const auto done = std::make_shared<std::promise<void>>();
  auto future = done->get_future();
  asio::post(impl_->io, [&workers = impl_->workers, done] { asio::post(workers, [done] { done->set_value(); }); });
  return future.wait_for(std::chrono::milliseconds(timeout_ms)) == std::future_status::ready;
}

}  // namespace acta
