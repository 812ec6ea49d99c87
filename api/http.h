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

// Bytes to be sent, and what keeps them alive: the same bytes go to many.
struct FeedFrame {
  std::shared_ptr<const void> held;
  std::string_view text;
};

struct FeedPiece {
  std::vector<FeedFrame> frames;
  bool behind = false;                       // more is to be had from stored(), not from recent()
  bool ended = false;                        // nothing comes after this
};

// An answer that goes on with the ledger. One caller at a time, but for wake().
class Feed {
 public:
  virtual ~Feed() = default;
  // What is in memory for this reader. Never waits. No frames, neither behind nor ended: nothing before the next commit.
  virtual FeedPiece recent() = 0;
  // The next piece of the ledger for a reader that is behind. Waits for the disk.
  virtual FeedPiece stored() = 0;
  // Calls `woken` once, on any thread, when recent() has something to give or wake() was called. False: that is so already,
  // and `woken` is not called.
  virtual bool wait(std::function<void()> woken) = 0;
  virtual void wake() = 0;
  virtual std::string farewell() = 0;        // the last frame when the server stops
};

struct Response;

// An answer that waits for the disk, and no thread with it.
class Pending {
 public:
  virtual ~Pending() = default;
  // Calls `ready` once, on any thread and perhaps at once. It must not block.
  virtual void wait(std::function<void()> ready) = 0;
  // Once, when it is ready.
  virtual Response answer() = 0;
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  // Long answers: called until it gives nothing; each piece may be sent at once. `body` is then empty.
  std::function<std::optional<std::string>()> pieces;
  // Answers without an end, instead of `body` and `pieces`.
  std::shared_ptr<Feed> feed;
  // Instead of everything else: the answer is not there yet.
  std::shared_ptr<Pending> pending = {};
  // For the log: the pattern of the route, empty where there is none, and the trace id.
  std::string_view route = {};
  std::string trace_id = {};
  std::optional<std::string_view> header(std::string_view name) const;
};

}  // namespace acta
