#pragma once
// A request and its answer without a socket: what the listener, the command line without a server and the tests share.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace acta {

using Headers = std::vector<std::pair<std::string, std::string>>;  // names compare without case

struct Request {
  std::string method;
  std::string target;                       // path and query, as sent
  Headers headers;
  std::string body;
  std::optional<std::string_view> header(std::string_view name) const;  // the first of that name
};

// An answer that goes on with the ledger. One caller at a time.
class Feed {
 public:
  virtual ~Feed() = default;
  // What there is to send now; empty: nothing before the next commit. Nothing at all: the feed has ended.
  virtual std::optional<std::string> next() = 0;
  virtual std::string heartbeat() = 0;       // to be sent when nothing else was for a while; tells the progress
  virtual std::string farewell() = 0;        // the last frame when the server stops
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  // Long answers: called until it gives nothing; each piece may be sent at once. `body` is then empty.
  std::function<std::optional<std::string>()> pieces;
  // Answers without an end, instead of `body` and `pieces`.
  std::shared_ptr<Feed> feed;
  // For the log: the pattern of the route, empty where there is none, and the trace id.
  std::string_view route = {};
  std::string trace_id = {};
  std::optional<std::string_view> header(std::string_view name) const;
};

}  // namespace acta
