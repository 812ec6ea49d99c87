#pragma once
// A plain socket: what it sends is sent byte for byte.

#include <string>
#include <string_view>

namespace acta::test {

class RawClient {
 public:
  enum class Noted { yes, no };   // for exchanges.h; what is said very often need not be

  explicit RawClient(const std::string& address, Noted noted = Noted::yes);  // 127.0.0.1:port
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void send(std::string_view bytes);
  // Reads until `text` has come; gives all that came up to and with it. Ten seconds at most; what came, when it did not.
  std::string read_until(std::string_view text);
  // Reads one answer by its Content-Length: head and body.
  std::string read_answer();
  // True when the other side has closed, within ten seconds.
  bool closed();

 private:
  bool read_more();
  const Noted noted_;
  int socket_ = -1;
  std::string pending_;
  std::string sent_, received_;  // all of it, where it is noted
};

}  // namespace acta::test
