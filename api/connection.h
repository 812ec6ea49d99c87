#pragma once
// One connection: requests in, answers out in the same order, feeds to their end. For the files of the listener: it brings
// Asio with it.

#include <algorithm>
#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <thread>

#include "api/admission.h"
#include "api/bell.h"
#include "api/http_measures.h"
#include "api/seats.h"
#include "api/server.h"
#include "api/stream.h"

namespace acta {

// So many requests are worked on by the threads of the sockets themselves, sparing two changes of thread each; further ones
// by the workers, for one thread at least is always left for the sockets.
inline int seats_at_sockets() { return std::max(2, static_cast<int>(std::thread::hardware_concurrency())); }
inline int socket_threads() { return seats_at_sockets() + 1; }

// What all connections of a server share; outlives them.
struct Service {
  explicit Service(const ServerOptions& options) : limits(options.limits), admission({options.connections_max, options.connections_per_address_max}) {}
  const ServerLimits limits;
  Admission admission;
  std::function<Response(const Request&)> handle = {};
  HttpMeasures own_measures{0};
  HttpMeasures* measures = &own_measures;        // of the router, where there is one
  boost::asio::any_io_executor feeds;            // one thread: what is sent to many never makes a request wait
  boost::asio::thread_pool* workers = nullptr;   // for handlers when no seat is free
  Seats seats{seats_at_sockets()};
  Bell stops;
  std::unique_ptr<Randomness> randomness = system_randomness();
  std::atomic<bool> stopping = false;
  std::atomic<std::size_t> commands = 0;         // whose commit somebody waits for
  std::atomic<std::size_t> refusals = 0;         // being told so now
  // Counts what never came to the router.
  void count_refusal(HttpMeasures::Refusal refusal) const { measures->refuse(std::move(refusal)); }
};

// Runs on the socket's executor until either side ends it.
void serve_connection(std::shared_ptr<Stream> stream, Admission::Place place, Service& service);
// Beyond a cap: 503, and closed.
void refuse_connection(std::shared_ptr<Stream> stream, Service& service);

}  // namespace acta
