#pragma once
// The listener: Asio in front, requests through the router, feeds on a thread of their own (docs/adr/0023). The number of
// threads does not depend on the number of connections.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/feeds.h"
#include "api/framing.h"
#include "api/router.h"
#include "api/tls.h"

namespace acta {

// Who exceeds one of these is told so and let go; who sends too many requests ahead waits.
struct ServerLimits {
  RequestLimits request = {};
  std::size_t pipelined_max = 32;               // requests of one connection in a row; then others have their turn first
  std::chrono::milliseconds handshake{10'000};  // of TLS, from the connection on
  std::chrono::milliseconds header{10'000};     // in all, from its first byte on
  std::chrono::milliseconds body_grace{10'000}; // then a body has to come at 16 KiB a second
  std::chrono::milliseconds write{30'000};      // for each piece of an answer, besides a second for each 16 KiB; feeds have no limit
  std::chrono::milliseconds idle{60'000};       // between two requests
  std::chrono::milliseconds stop{5'000};        // for what is in work when the server stops
};

struct ServerOptions {
  std::string listen = "127.0.0.1:7171";  // HOST:PORT, port 0 = any free one; loopback only
  int workers = 32;
  std::size_t connections_max = 4'096;    // fewer where the process may not open so many files
  std::size_t connections_per_address_max = 4'096;
  ServerLimits limits = {};
  std::optional<TlsFiles> tls = {};       // nothing: plain HTTP
  FeedLimits feeds = {};
  Subscriptions* subscriptions = nullptr;  // none: nobody's position is kept
  const Cosigners* cosigners = nullptr;    // as in RouterOptions; outlives the server
  TimeStamper* time_stamper = nullptr;     // the same
};

// Whether start() could listen there now: binds and lets go again. Error: as start().
Result<void> check_listen(const std::string& listen);

class Server {
 public:
  // Binds at once. Error: in_use (port taken), invalid (not loopback, not HOST:PORT), those of TlsContext::load.
  static Result<std::unique_ptr<Server>> start(Engine& engine, Views& views, std::string local_token, const ServerOptions& options);
  // The same listener for who answers something else: `handler` gets the address and gives what answers, on any thread,
  // never throwing. No feeds.
  using Handler = std::function<Response(const Request&)>;
  static Result<std::unique_ptr<Server>> start(const std::function<Handler(const std::string& address)>& handler, const ServerOptions& options);
  ~Server();                               // as stop()
  const std::string& address() const;      // 127.0.0.1:7171
  // What the certificate says that new connections are shown; nothing without TLS. Any thread.
  std::optional<TlsIdentity> tls() const;
  // Reads the files again. New connections get what they hold, those there are keep what they have. Any thread. Error: as
  // start(); then everything stays as it was.
  Result<void> reload_tls();
  // Nobody new is let in, feeds end with a frame, what is in work is answered; who has not taken his answer within the
  // limit is cut off.
  void stop();
  // Whether a task goes through the threads of the sockets and those of the workers before the timeout.
  bool answers(int timeout_ms) const;

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  static Result<std::unique_ptr<Impl>> bound(const ServerOptions& options);
  std::unique_ptr<Impl> impl_;
};

}  // namespace acta
