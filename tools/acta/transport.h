#pragma once
// How a request reaches an answer: over a socket, or in memory over the folder itself. Verbs do not know which.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "api/http.h"
#include "engine/ledger/ledger.h"
#include "tools/acta/globals.h"

namespace acta::cli {

struct ServerFile;

// Gets each piece of a long answer as it comes; false ends it.
using Sink = std::function<bool(std::string_view piece)>;

class Transport {
 public:
  virtual ~Transport() = default;
  // Problems are answers too. With a sink, the body of a 2xx answer goes there piece by piece and `body` stays empty.
  // Error: unavailable (no answer came).
  virtual Result<Response> send(const Request& request, const Sink& sink = nullptr) = 0;
  virtual bool is_server() const = 0;
};

// https: trusts whom the system trusts. Error: invalid (not http://HOST:PORT or https://HOST:PORT).
Result<std::unique_ptr<Transport>> socket_transport(const std::string& url, const std::string& token);
// To the server of this folder. https: trusts exactly the certificate that the file holds. Error: invalid.
Result<std::unique_ptr<Transport>> server_transport(const ServerFile& server);
// Error: all of Engine::open.
Result<std::unique_ptr<Transport>> folder_transport(const Globals& globals, Access access);
// --url if given, else the server that runs on the folder, else the folder.
Result<std::unique_ptr<Transport>> open_transport(const Globals& globals, Access access);

}  // namespace acta::cli
