#pragma once
// One non-blocking connection and the conversation on it.

#include <optional>

#include "tools/bench/load/conversation.h"

namespace acta::bench {

class Wire {
 public:
  // Connects and waits for it. Throws std::runtime_error.
  Wire(const std::string& address, std::unique_ptr<Conversation> conversation);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  int socket() const { return socket_; }
  Conversation& conversation() { return *conversation_; }
  void send(const std::string& bytes);
  // All that has come and could be taken; its replies are sent. Throws std::runtime_error with the peer's fault.
  Taken receive();
  std::uint64_t received_bytes() const { return received_bytes_; }

 private:
  bool read_some();
  int socket_ = -1;
  std::unique_ptr<Conversation> conversation_;
  std::string pending_;
  std::uint64_t received_bytes_ = 0;
};

}  // namespace acta::bench
