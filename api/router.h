#pragma once
// The REST resources over one engine and its views. cpp-httplib finds the route, in memory; it owns no socket.

#include <memory>

#include "api/http.h"
#include "engine/engine.h"
#include "projections/views.h"

namespace acta {

class Cosigners;
class Feeds;
class HttpMeasures;
class RememberedSubtrees;
class RenderedCases;
class Subscriptions;
class TimeStamper;

struct RouterOptions {
  Engine* engine = nullptr;
  Views* views = nullptr;
  std::string address;          // host:port of the server, for links; empty without one: then any Host will do
  std::string local_token;      // allows what only this machine's command line may do (a copy for `verify`)
  Feeds* feeds = nullptr;       // without them nothing is followed: whoever opened the folder himself
  Subscriptions* subscriptions = nullptr;
  const Cosigners* cosigners = nullptr;    // without them no witness is asked
  TimeStamper* time_stamper = nullptr;     // without it no time-stamp server is
  std::function<std::size_t()> connections = {};  // how many are open; null without a server
  std::shared_ptr<HttpMeasures> measures = {};    // set by the router
  std::shared_ptr<RenderedCases> rendered = {};   // set by the router
  std::shared_ptr<RememberedSubtrees> subtrees = {};   // set by the router
  std::int64_t started_micros = 0;                // by the steady clock; set by the router
};

class Router {
 public:
  explicit Router(RouterOptions options);
  ~Router();
  // Any thread. Never throws: every failure is an RFC 9457 answer. HEAD is answered as GET is: the body is the caller's
  // to leave out.
  Response handle(const Request& request) const;
  // For what is refused before it comes here. Any thread.
  HttpMeasures& measures() const;
  // The same, but what waits for a commit is `pending`. The router outlives it.
  Response begin(const Request& request) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace acta
