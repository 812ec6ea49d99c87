#include "api/matcher.h"

#include <algorithm>
#include <cstring>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wconversion"
#include <httplib.h>
#pragma GCC diagnostic pop

namespace acta {
namespace {

// One request in, and whatever the library answers thrown away: a route's handler leaves its match behind.
class MemoryStream final : public httplib::Stream {
 public:
  explicit MemoryStream(std::string request) : request_(std::move(request)) {}
  bool is_readable() const override { return at_ < request_.size(); }
  bool is_writable() const override { return true; }
  ssize_t read(char* out, std::size_t size) override {
    const auto count = std::min(size, request_.size() - at_);
    std::memcpy(out, request_.data() + at_, count);
    at_ += count;
    return static_cast<ssize_t>(count);
  }
  ssize_t write(const char*, std::size_t size) override { return static_cast<ssize_t>(size); }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return INVALID_SOCKET; }

 private:
  std::string request_;
  std::size_t at_ = 0;
};

// The library hands its handlers no context; a request is matched on one thread from start to end.
thread_local std::optional<Match>* found_on_this_thread = nullptr;

void leave_match(std::size_t route, const httplib::Request& request) {
  Match match{route, {}, {request.params.begin(), request.params.end()}};
  for (std::size_t i = 1; i < request.matches.size(); ++i) match.path.push_back(request.matches[i].str());
  *found_on_this_thread = std::move(match);
}

// `{name}` stands for one path segment, `{name...}` for one or more.
std::string expression_of(std::string_view path) {
  std::string out;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '{') {
      out += path[i];
      continue;
    }
    const auto end = path.find('}', i);
    out += path.substr(i, end - i).ends_with("...") ? "(.+)" : "([^/]+)";
    i = end;
  }
  return out;
}

}  // namespace

struct Matcher::Impl : httplib::Server {
  void add(std::size_t route, const Pattern& pattern) {
    const auto handler = [route](const httplib::Request& request, httplib::Response&) { leave_match(route, request); };
    if (pattern.method == "GET") Get(expression_of(pattern.path), handler);
    if (pattern.method == "POST") Post(expression_of(pattern.path), handler);
    if (pattern.method == "PUT") Put(expression_of(pattern.path), handler);
    if (pattern.method == "DELETE") Delete(expression_of(pattern.path), handler);
  }
  void run(MemoryStream& stream) {
    bool closed = false;
    process_request(stream, true, closed, nullptr);
  }
};

Matcher::Matcher(const std::vector<Pattern>& patterns) : impl_(std::make_unique<Impl>()) {
  for (std::size_t i = 0; i < patterns.size(); ++i) impl_->add(i, patterns[i]);
}
Matcher::~Matcher() = default;

std::optional<Match> Matcher::find(std::string_view method, std::string_view target) const {
  std::optional<Match> found;
  found_on_this_thread = &found;
  MemoryStream stream(std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: memory\r\nContent-Length: 0\r\n\r\n");
  impl_->run(stream);
  found_on_this_thread = nullptr;
  return found;
}

}  // namespace acta
