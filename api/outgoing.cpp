#include "api/outgoing.h"

#include <httplib.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>

#include "api/query.h"

namespace acta {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

struct Target {
  std::string server, path;           // http://HOST:PORT, /PATH
};

Result<Target> target_of(const std::string& url) {
  const std::size_t scheme = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : 0;
  const std::size_t path = std::min(url.find('/', scheme), url.size());
  const std::string authority = url.substr(scheme, path - scheme);
  const std::size_t colon = authority.ends_with(']') ? std::string::npos : authority.rfind(':');
  std::optional<std::uint64_t> port = 1;   // the scheme's own
  if (colon != std::string::npos) {
    const auto said = parse_number(std::string_view(authority).substr(colon + 1));
    port = said ? std::optional(*said) : std::nullopt;
  }
  const bool visible = std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < 0x7f && c != '#' && c != '@'; });
  if (scheme == 0 || authority.empty() || colon == 0 || !visible || !port || *port == 0 || *port > 65'535) return error(Code::invalid, "`" + url + "` is no URL that can be asked: http://HOST[:PORT][/PATH] or https:// is wanted");
  return Target{.server = url.substr(0, path), .path = path == url.size() ? "/" : url.substr(path)};
}

std::string why(const httplib::Result& answer, bool late, bool large) {
  if (large) return "the answer is too large";
  if (late) return "the answer did not come in time";
  if (answer.error() == httplib::Error::SSLServerVerification || answer.error() == httplib::Error::SSLConnection) return "its certificate is not trusted (" + httplib::to_string(answer.error()) + ")";
  return httplib::to_string(answer.error());
}

httplib::Client client_of(const Target& target, const OutgoingRequest& request) {
  httplib::Client client(target.server);
  const auto timeout = std::chrono::milliseconds(request.timeout_ms);
  client.set_connection_timeout(timeout);
  client.set_read_timeout(timeout);
  client.set_write_timeout(timeout);
  client.set_url_encode(false);
  if (!request.ca_file.empty()) client.set_ca_cert_path(request.ca_file);
  return client;
}

Result<OutgoingAnswer> ask(const Target& target, const OutgoingRequest& request) {
  auto client = client_of(target, request);
  if (!client.is_valid()) return error(Code::invalid, request.url + " cannot be asked");
  const Deadline deadline = std::chrono::steady_clock::now() + 3 * std::chrono::milliseconds(request.timeout_ms);
  OutgoingAnswer got;
  bool late = false, large = false;
  httplib::Request out;
  out.method = "POST";
  out.path = target.path;
  out.headers.emplace("Content-Type", request.media_type);
  out.body = request.body;
  out.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
    late = std::chrono::steady_clock::now() > deadline;
    large = got.body.size() + size > request.answer_max;
    if (!late && !large) got.body.append(data, size);
    return !late && !large;
  };
  const auto answer = client.send(out);
  if (!answer) return error(Code::unavailable, "no answer from " + request.url + ": " + why(answer, late, large));
  got.status = answer->status;
  got.media_type = answer->get_header_value("Content-Type");
  return got;
}

}  // namespace

Result<void> check_outgoing_url(const std::string& url) {
  if (const auto target = target_of(url); !target) return target.error();
  return {};
}

Result<OutgoingAnswer> post_outgoing(const OutgoingRequest& request) {
  ACTA_TRY(const Target target, target_of(request.url));
  if (!request.ca_file.empty() && !std::filesystem::is_regular_file(request.ca_file)) return error(Code::invalid, "the file of authorities " + request.ca_file + " is not there");
  try {
    return ask(target, request);
  } catch (const std::exception& failure) {  // cpp-httplib throws on what it cannot parse
    return error(Code::unavailable, "asking " + request.url + " failed: " + std::string(failure.what()));
  }
}

}  // namespace acta
