#pragma once
// One connection: requests in, answers out in the same order, feeds to their end. Included by server.cpp and
// connection.cpp only: it brings Asio with it.

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>

#include "api/bell.h"
#include "api/router.h"

namespace acta {

// What all connections of a server share; outlives them.
struct Service {
  const Router* router = nullptr;
  boost::asio::thread_pool* workers = nullptr;   // handlers wait for the disk here, never on the threads of the sockets
  Bell stops;
  std::unique_ptr<Randomness> randomness = system_randomness();
  std::atomic<bool> stopping = false;
  std::atomic<std::size_t> connections = 0;
};

// Runs on the socket's executor until either side ends it.
void serve_connection(boost::asio::ip::tcp::socket socket, Service& service);
// Beyond the cap: 503, and closed.
void refuse_connection(boost::asio::ip::tcp::socket socket, Service& service);

}  // namespace acta
