#include <httplib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tools/acta/server_file.h"
#include "tools/acta/transport.h"

namespace acta::cli {
namespace {

// Long enough for a chunk of an import to be synced, and for the quiet of a feed: it says something every 15 s.
constexpr int answer_seconds_max = 120;
constexpr int connect_seconds_max = 5;

httplib::Request outgoing(const Request& request) {
  httplib::Request out;
  out.method = request.method;
  out.path = request.target;
  for (const auto& [name, value] : request.headers) out.headers.emplace(name, value);
  out.body = request.body;
  return out;
}

Response incoming(const httplib::Response& answer) {
  Response out;
  out.status = answer.status;
  for (const auto& [name, value] : answer.headers) out.headers.emplace_back(name, value);
  out.body = answer.body;
  return out;
}

// A file in memory. cpp-httplib takes whom to trust from a file; given anything else it trusts the system's authorities too.
class TrustFile {
 public:
  explicit TrustFile(const std::string& certificate) : file_(::memfd_create("certificate", MFD_CLOEXEC)) {
    written_ = ::write(file_, certificate.data(), certificate.size()) == static_cast<ssize_t>(certificate.size());
  }
  ~TrustFile() { ::close(file_); }
  TrustFile(const TrustFile&) = delete;
  TrustFile& operator=(const TrustFile&) = delete;
  bool written() const { return written_; }
  std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  int file_;
  bool written_ = false;
};

struct Authority {
  std::string host, port;  // without the brackets of IPv6
};

Authority authority_of(const std::string& address) {
  const auto colon = address.rfind(':');
  std::string host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return {host, colon == std::string::npos ? "" : address.substr(colon + 1)};
}

// The server is asked for by the name in its certificate, wherever it listens.
std::string named_url(const ServerFile& server) {
  const std::string host = server.name.find(':') == std::string::npos ? server.name : "[" + server.name + "]";
  return "https://" + host + ":" + authority_of(server.address).port;
}

class SocketTransport final : public Transport {
 public:
  SocketTransport(const std::string& url, std::string token) : client_(url), url_(url), token_(std::move(token)) {
    client_.set_connection_timeout(connect_seconds_max);
    client_.set_read_timeout(answer_seconds_max);
    client_.set_url_encode(false);
  }

  explicit SocketTransport(const ServerFile& server) : SocketTransport(named_url(server), server.token) {
    url_ = url_of(server);
    address_ = server.address;
    trusted_ = std::make_unique<TrustFile>(server.certificate);
    if (!usable()) return;
    client_.set_hostname_addr_map({{server.name, authority_of(server.address).host}});
    client_.set_ca_cert_path(trusted_->path());
    // Trust ends at the certificate itself: whoever signed it is not trusted, and need not be known.
    X509_STORE_set_flags(SSL_CTX_get_cert_store(client_.ssl_context()), X509_V_FLAG_PARTIAL_CHAIN);
  }

  bool usable() const { return client_.is_valid() && (!trusted_ || (trusted_->written() && client_.ssl_context() != nullptr)); }
  bool is_server() const override { return true; }

  Result<Response> send(const Request& request, const Sink& sink) override {
    httplib::Request out = outgoing(request);
    if (!token_.empty()) out.headers.emplace("Acta-Token", token_);
    if (!address_.empty()) out.headers.emplace("Host", address_);
    Received received;
    if (sink) receive_into(received, sink, out);
    const auto answer = client_.send(out);
    if (received.stopped) return received.head;
    if (!answer) return error(Code::unavailable, "no answer from " + url_ + ": " + httplib::to_string(answer.error()) + ".");
    Response response = incoming(*answer);
    if (sink) response.body = std::move(received.problem);
    return response;
  }

 private:
  struct Received {
    Response head;
    std::string problem;
    bool stopped = false;
  };

  static void receive_into(Received& received, const Sink& sink, httplib::Request& out) {
    out.response_handler = [&received](const httplib::Response& head) {
      received.head = incoming(head);
      return true;
    };
    out.content_receiver = [&received, &sink](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
      const std::string_view piece(data, size);
      if (received.head.status >= 300) return received.problem += piece, true;
      received.stopped = !sink(piece);
      return !received.stopped;
    };
  }

  httplib::Client client_;
  std::string url_, token_;
  std::string address_;                  // for Host; empty: as the URL says
  std::unique_ptr<TrustFile> trusted_;   // nothing: whom the system trusts
};

template <class... Arguments>
std::unique_ptr<Transport> usable_transport(const Arguments&... arguments) {
  try {
    auto transport = std::make_unique<SocketTransport>(arguments...);
    if (transport->usable()) return transport;
  } catch (const std::exception&) {  // cpp-httplib parses the port with std::stoi
  }
  return nullptr;
}

}  // namespace

Result<std::unique_ptr<Transport>> socket_transport(const std::string& url, const std::string& token) {
  if (auto transport = usable_transport(url, token)) return transport;
  return error(Code::invalid, "--url must be http://HOST:PORT or https://HOST:PORT.");
}

Result<std::unique_ptr<Transport>> server_transport(const ServerFile& server) {
  auto transport = server.scheme == "https" ? usable_transport(server) : usable_transport("http://" + server.address, server.token);
  if (transport) return transport;
  return error(Code::invalid, "server.json names no server that can be asked: start the server again.");
}

}  // namespace acta::cli
