#include "raw_client.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "exchanges.h"

namespace acta::test {

RawClient::RawClient(const std::string& address, Noted noted) : noted_(noted) {
  socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE(socket_ >= 0);
  const timeval limit{10, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0);
}

RawClient::~RawClient() {
  ::close(socket_);
  if (noted_ == Noted::yes) note_connection(sent_, received_);
}

void RawClient::send(std::string_view bytes) {
  if (noted_ == Noted::yes) sent_ += bytes;
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the other side has closed: what it said before is still to be read
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool RawClient::read_more() {
  std::array<char, 4096> buffer;
  const auto count = ::recv(socket_, buffer.data(), buffer.size(), 0);
  if (count <= 0) return false;
  pending_.append(buffer.data(), static_cast<std::size_t>(count));
  if (noted_ == Noted::yes) received_.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

std::string RawClient::read_until(std::string_view text) {
  while (pending_.find(text) == std::string::npos)
    if (!read_more()) return std::exchange(pending_, {});
  const auto end = pending_.find(text) + text.size();
  auto out = pending_.substr(0, end);
  pending_.erase(0, end);
  return out;
}

std::string RawClient::read_answer() {
  auto out = read_until("\r\n\r\n");
  const std::string name = "Content-Length: ";
  const auto at = out.find(name);
  if (at == std::string::npos) return out;
  const auto length = std::stoul(out.substr(at + name.size()));
  while (pending_.size() < length && read_more()) {
  }
  out += pending_.substr(0, length);
  pending_.erase(0, length);
  return out;
}

bool RawClient::closed() {
  pending_.clear();
  while (read_more()) pending_.clear();
  std::array<char, 1> one;
  return ::recv(socket_, one.data(), one.size(), 0) == 0;
}

}  // namespace acta::test
