#pragma once
// The listener: Beast/Asio in front, feeds in coroutines, everything else through the router on a worker pool.

#include <memory>
#include <string>

#include "api/router.h"

namespace acta {

struct ServerOptions {
  std::string listen = "127.0.0.1:7171";  // HOST:PORT, port 0 = any free one; loopback only
  int workers = 32;
  std::size_t connections_max = 4'096;
};

// Whether start() could listen there now: binds and lets go again. Error: as start().
Result<void> check_listen(const std::string& listen);

class Server {
 public:
  // Binds at once. Error: in_use (port taken), invalid (not loopback, not HOST:PORT).
  static Result<std::unique_ptr<Server>> start(Engine& engine, Views& views, std::string local_token, const ServerOptions& options);
  ~Server();                               // graceful: feeds end with a frame, answers in work are sent
  const std::string& address() const;      // 127.0.0.1:7171
  void stop();
  // Whether a task goes through the threads of the sockets and those of the workers before the timeout.
  bool answers(int timeout_ms) const;

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace acta
