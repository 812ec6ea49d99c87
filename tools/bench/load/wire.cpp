#include "tools/bench/load/wire.h"

#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

namespace acta::bench {
namespace {

constexpr std::size_t read_bytes = 256 * 1024;
constexpr int send_wait_ms = 5'000;

int connected(const std::string& address) {
  const auto colon = address.rfind(':');
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  if (getaddrinfo(address.substr(0, colon).c_str(), address.substr(colon + 1).c_str(), &hints, &found) != 0) throw std::runtime_error("no address " + address);
  const int made = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool well = made >= 0 && ::connect(made, found->ai_addr, found->ai_addrlen) == 0;
  freeaddrinfo(found);
  if (!well) throw std::runtime_error("cannot connect to " + address);
  const int on = 1;
  setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return made;
}

}  // namespace

Wire::Wire(const std::string& address, std::unique_ptr<Conversation> conversation) : socket_(connected(address)), conversation_(std::move(conversation)) {
  send(conversation_->opening());
}

Wire::~Wire() { ::close(socket_); }

void Wire::send(const std::string& bytes) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const auto count = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count > 0) sent += static_cast<std::size_t>(count);
    pollfd room{socket_, POLLOUT, 0};
    if (count < 0 && (errno != EAGAIN || ::poll(&room, 1, send_wait_ms) <= 0)) throw std::runtime_error("the peer takes nothing more");
  }
}

bool Wire::read_some() {
  static std::string space(read_bytes, '\0');
  const auto count = ::recv(socket_, space.data(), space.size(), MSG_DONTWAIT);
  if (count == 0 || (count < 0 && errno != EAGAIN)) throw std::runtime_error("the peer closed a connection");
  if (count < 0) return false;
  received_bytes_ += static_cast<std::uint64_t>(count);
  pending_.append(space.data(), static_cast<std::size_t>(count));
  return true;
}

Taken Wire::receive() {
  Taken all;
  if (!read_some()) return all;
  for (;;) {
    auto taken = conversation_->take(pending_);
    if (!taken.fault.empty()) throw std::runtime_error("the peer refused: " + taken.fault);
    if (taken.used == 0) return all;
    pending_.erase(0, taken.used);
    all.answered |= taken.answered;
    all.numbers.insert(all.numbers.end(), taken.numbers.begin(), taken.numbers.end());
    if (!taken.reply.empty()) send(taken.reply);
  }
}

}  // namespace acta::bench
