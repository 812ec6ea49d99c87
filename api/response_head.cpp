#include "api/response_head.h"

#include <fmt/chrono.h>

#include "engine/clock.h"

namespace acta {
namespace {

std::string_view reason_of(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 204: return "No Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 404: return "Not Found";
    default: return status < 500 ? "Refused" : "Failed";  // the problem in the body says it better
  }
}

std::string date_now() {
  const auto seconds = static_cast<std::time_t>(WallClock().now().micros / 1'000'000);
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(seconds));
}

std::string length_header(const Response& response, const Framing& framing) {
  if (response.status == 204 || response.status == 304) return "";
  if (!response.pieces && !response.feed) return fmt::format("Content-Length: {}\r\n", response.body.size());
  return framing.chunks ? "Transfer-Encoding: chunked\r\n" : "";
}

}  // namespace

std::string response_head(const Response& response, const Framing& framing) {
  const bool delimited = framing.chunks || !(response.pieces || response.feed);
  auto out = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status, reason_of(response.status), date_now());
  for (const auto& [name, value] : response.headers) out += fmt::format("{}: {}\r\n", name, value);
  out += "X-Content-Type-Options: nosniff\r\n" + length_header(response, framing);
  out += framing.keep_alive && delimited ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return out;
}

std::string chunk_of(std::string_view bytes) { return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes); }

}  // namespace acta
