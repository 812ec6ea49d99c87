#include "api/router.h"

#include <algorithm>
#include <future>
#include <nlohmann/json.hpp>

#include "api/http_measures.h"
#include "api/page.h"
#include "api/rendered_cases.h"
#include "api/resource.h"
#include "engine/ledger/remembered_subtrees.h"
#include "engine/submission_form.h"
#include "events/log.h"

namespace acta {
namespace {

constexpr std::size_t target_max = 8'000;
constexpr std::array<std::string_view, 4> methods = {"GET", "POST", "PUT", "DELETE"};
constexpr std::size_t traceparent_id_at = 3, trace_id_digits = 32, span_id_bytes = 8;

std::vector<Pattern> patterns() {
  std::vector<Pattern> all;
  for (const auto& route : routes()) all.push_back(route.pattern);
  return all;
}

bool is_target(std::string_view text) {
  const auto visible = [](char c) { return c > ' ' && c < 0x7f && c != '#'; };
  return !text.empty() && text.front() == '/' && std::all_of(text.begin(), text.end(), visible);
}

std::string path_of(std::string_view target) { return std::string(target.substr(0, target.find('?'))); }

// In milliseconds, as W3C Server Timing has it.
std::string server_timing(std::int64_t micros) {
  const auto digits = std::to_string(1'000 + micros % 1'000);
  return "app;dur=" + std::to_string(micros / 1'000) + "." + digits.substr(1);
}

bool below_v1(std::string_view path) { return path == "/v1" || path.starts_with("/v1/"); }

}  // namespace

struct Router::Impl {
  RouterOptions options;
  std::vector<std::string> hosts;      // what Host may say
  std::unique_ptr<Randomness> randomness = system_randomness();
  Matcher matcher{patterns()};

  // A request from its arrival on.
  struct Asked {
    Trail trail;
    std::int64_t began = 0;            // by the steady clock
    std::size_t route = 0;             // their number where it met none
  };
  class Waiting;

  Trail trail_of(const Request& request) const;
  bool ours(const Request& request) const;
  std::optional<Response> misplaced(const Request& request, const Trail& trail) const;
  Response answer(const Request& request, const Trail& trail, std::size_t& route) const;
  Response safe_answer(const Request& request, Asked& asked) const;
  template <class Answer>
  Response safely(const Trail& trail, Answer answer) const;
  Response told(const Asked& asked, Response response) const;
  Response nowhere(const Request& request, const Trail& trail) const;
  Response call(const Request& request, const Match& match, const Trail& trail) const;
};

std::vector<std::string> hosts_of(const std::string& address) {
  if (address.empty()) return {};
  const auto port = address.substr(address.rfind(':'));
  return {address, "localhost" + port, "127.0.0.1" + port, "[::1]" + port};
}

Trail Router::Impl::trail_of(const Request& request) const {
  const auto trace = request.header("traceparent");
  if (trace && is_traceparent(*trace)) return {path_of(request.target), std::string(trace->substr(traceparent_id_at, trace_id_digits))};
  return {path_of(request.target), to_hex(random_bytes(*randomness, trace_id_digits / 2))};
}

bool Router::Impl::ours(const Request& request) const {
  if (hosts.empty()) return true;
  const auto host = request.header("Host");
  return host && std::find(hosts.begin(), hosts.end(), *host) != hosts.end();
}

// What is wrong with a request before its resource is looked for.
std::optional<Response> Router::Impl::misplaced(const Request& request, const Trail& trail) const {
  if (!ours(request)) return problem(trail, Fault::misdirected, "this server answers to " + options.address);
  if (request.target.size() > target_max) return problem(trail, Fault::target_too_long, "path and query may have 8,000 characters");
  if (request.header("Content-Encoding")) return problem(trail, Fault::wrong_media_type, "bodies come without a content coding");
  if (request.target != "*" && !is_target(request.target)) return problem(trail, Fault::framing, "the request target is not a path");
  return std::nullopt;
}

Response Router::Impl::nowhere(const Request& request, const Trail& trail) const {
  std::string allow;
  for (const auto method : methods)
    if (request.target == "*" || matcher.find(method, request.target)) ((allow += allow.empty() ? "" : ", ") += method) += method == "GET" ? ", HEAD" : "";
  if (allow.empty()) return problem(trail, Fault::no_page, "nothing is served at this path");
  const bool asked = request.method == "OPTIONS";
  auto response = asked ? Response{.status = 204, .headers = {}, .body = {}, .pieces = {}, .feed = {}, .pending = {}}
                        : problem(trail, Fault::wrong_method, "this path has " + allow);
  response.headers.emplace_back("Allow", asked ? allow + ", OPTIONS" : allow);
  return response;
}

Response Router::Impl::call(const Request& request, const Match& match, const Trail& trail) const {
  const bool named = below_v1(trail.instance) && routes()[match.route].asker == Asker::named;
  const auto actor = request.header("Acta-Actor");
  if (named && (!actor || !is_handle(*actor))) return problem(trail, Fault::no_actor, "name yourself: Acta-Actor is a handle of 1 to 64 characters A-Za-z0-9._-");
  const Call call{request, options, match, Query(match.query), trail, std::string(actor.value_or("")), std::string(request.header("Acta-Role").value_or(""))};
  auto response = routes()[match.route].handler(call);
  return response ? *std::move(response) : problem(trail, response.error());
}

Response Router::Impl::answer(const Request& request, const Trail& trail, std::size_t& route) const {
  if (auto wrong = misplaced(request, trail)) return *std::move(wrong);
  const auto method = request.method == "HEAD" ? std::string_view("GET") : std::string_view(request.method);
  const bool known = std::find(methods.begin(), methods.end(), method) != methods.end();
  const auto match = known && request.target != "*" ? matcher.find(method, request.target) : std::nullopt;
  if (!match) return nowhere(request, trail);
  route = match->route;
  return call(request, *match, trail);
}

Router::Router(RouterOptions options) : impl_(std::make_unique<Impl>()) {
  impl_->hosts = hosts_of(options.address);
  impl_->options = std::move(options);
  impl_->options.measures = std::make_shared<HttpMeasures>(routes().size());
  impl_->options.rendered = std::make_shared<RenderedCases>();
  impl_->options.subtrees = std::make_shared<RememberedSubtrees>(impl_->options.engine->ledger().subtree_reader());
  impl_->options.started_micros = impl_->options.engine->clock().steady_micros();
}
Router::~Router() = default;
HttpMeasures& Router::measures() const { return *impl_->options.measures; }

template <class Answer>
Response Router::Impl::safely(const Trail& trail, Answer answer) const {
  try {
    return answer();
  } catch (const std::exception&) {
    // What an exception says may hold somebody's data: neither the answer nor the log repeats it.
    spdlog::error("request_failed trace_id=\"{}\"", trail.trace_id);
    return problem(trail, Fault::internal, "the server failed; its log has this trace_id");
  }
}

Response Router::Impl::safe_answer(const Request& request, Asked& asked) const {
  return safely(asked.trail, [&] {
    auto response = answer(request, asked.trail, asked.route);
    return response.status >= 400 && wants_page(request) ? problem_as_page(response) : response;
  });
}

// Counted, and with what every answer says of itself.
Response Router::Impl::told(const Asked& asked, Response response) const {
  const auto took = options.engine->clock().steady_micros() - asked.began;
  options.measures->count(asked.route, response.status, took);
  if (response.feed) response.feed = options.measures->counted(std::move(response.feed));
  response.headers.emplace_back("traceparent", "00-" + asked.trail.trace_id + "-" + to_hex(random_bytes(*randomness, span_id_bytes)) + "-00");
  response.headers.emplace_back("Server-Timing", server_timing(took));
  if (asked.route < routes().size()) response.route = routes()[asked.route].pattern.path;
  response.trace_id = asked.trail.trace_id;
  return response;
}

class Router::Impl::Waiting final : public Pending {
 public:
  Waiting(const Impl& router, Asked asked, std::shared_ptr<Pending> pending) : router_(router), asked_(std::move(asked)), pending_(std::move(pending)) {}
  void wait(std::function<void()> ready) override { pending_->wait(std::move(ready)); }
  Response answer() override {
    return router_.told(asked_, router_.safely(asked_.trail, [this] { return pending_->answer(); }));
  }

 private:
  const Impl& router_;
  const Asked asked_;
  const std::shared_ptr<Pending> pending_;
};

Response Router::begin(const Request& request) const {
  Impl::Asked asked{impl_->trail_of(request), impl_->options.engine->clock().steady_micros(), routes().size()};
  auto response = impl_->safe_answer(request, asked);
  if (!response.pending) return impl_->told(asked, std::move(response));
  response.pending = std::make_shared<Impl::Waiting>(*impl_, std::move(asked), std::move(response.pending));
  return response;
}

Response Router::handle(const Request& request) const {
  auto response = begin(request);
  if (!response.pending) return response;
  std::promise<void> ready;
  response.pending->wait([&ready] { ready.set_value(); });
  ready.get_future().wait();
  return response.pending->answer();
}

}  // namespace acta
