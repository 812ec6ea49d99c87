#include <httplib.h>

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

class SocketTransport final : public Transport {
 public:
  SocketTransport(const std::string& url, std::string token) : client_(url), url_(url), token_(std::move(token)) {
    client_.set_connection_timeout(connect_seconds_max);
    client_.set_read_timeout(answer_seconds_max);
    client_.set_url_encode(false);
  }

  bool usable() const { return client_.is_valid(); }
  bool is_server() const override { return true; }

  Result<Response> send(const Request& request, const Sink& sink) override {
    httplib::Request out = outgoing(request);
    if (!token_.empty()) out.headers.emplace("Acta-Token", token_);
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
};

}  // namespace

Result<std::unique_ptr<Transport>> socket_transport(const std::string& url, const std::string& token) {
  try {
    auto transport = std::make_unique<SocketTransport>(url, token);
    if (transport->usable()) return std::unique_ptr<Transport>(std::move(transport));
  } catch (const std::exception&) {  // cpp-httplib parses the port with std::stoi
  }
  return error(Code::invalid, "--url must be http://HOST:PORT.");
}

}  // namespace acta::cli
