#pragma once
// One connection: requests in, answers out in the same order, feeds to their end. For the files of the listener: it brings
// Asio with it.

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <functional>

#include "api/admission.h"
#include "api/bell.h"
#include "api/server.h"
#include "api/stream.h"

namespace acta {

// What all connections of a server share; outlives them.
struct Service {
  explicit Service(const ServerOptions& options) : limits(options.limits), admission({options.connections_max, options.connections_per_address_max}) {}
  const ServerLimits limits;
  Admission admission;
  std::function<Response(const Request&)> handle = {};
  boost::asio::thread_pool* workers = nullptr;   // handlers wait for the disk here, never on the threads of the sockets
  Bell stops;
  std::unique_ptr<Randomness> randomness = system_randomness();
  std::atomic<bool> stopping = false;
  std::atomic<std::size_t> refusals = 0;         // being told so now
};

// Runs on the socket's executor until either side ends it.
void serve_connection(std::shared_ptr<Stream> stream, Admission::Place place, Service& service);
// Beyond a cap: 503, and closed.
void refuse_connection(std::shared_ptr<Stream> stream, Service& service);

}  // namespace acta
