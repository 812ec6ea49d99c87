#include "fixture.h"

#include <doctest/doctest.h>

#include "events/json.h"
#include "exchanges.h"

namespace acta::test {

using nlohmann::json;

ApiFixture::ApiFixture(std::string address, const FeedLimits& limits) {
  auto opened = Views::open(*engine, {.folder = folders.data + "/views"});
  REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().message));
  views = *std::move(opened);
  REQUIRE(views->catch_up());   // whole, as a server's are soon after its start
  auto kept = Subscriptions::open(*engine, {.folder = folders.data + "/subscriptions"});
  REQUIRE_MESSAGE(kept, (kept ? "" : kept.error().message));
  subscriptions = *std::move(kept);
  feeds = std::make_unique<Feeds>(*engine, limits);
  router = std::make_unique<Router>(RouterOptions{engine.get(), views.get(), std::move(address), "token-of-the-folder", feeds.get(), subscriptions.get()});
}

namespace {

Request request_of(std::string method, const std::string& target, Headers more, const Caller& caller) {
  Request request{std::move(method), target, std::move(more), {}};
  if (!caller.actor.empty()) request.headers.emplace_back("Acta-Actor", caller.actor);
  if (!caller.role.empty()) request.headers.emplace_back("Acta-Role", caller.role);
  return request;
}

}  // namespace

Response ApiFixture::get(const std::string& target, Headers more, const Caller& caller) const {
  return send(request_of("GET", target, std::move(more), caller));
}

Response ApiFixture::post(const std::string& target, const json& body, Headers more, const Caller& caller) const {
  auto request = request_of("POST", target, std::move(more), caller);
  if (!request.header("Content-Type")) request.headers.emplace_back("Content-Type", "application/json");
  request.body = body.is_string() ? body.get<std::string>() : body.dump();
  return send(request);
}

Response ApiFixture::put(const std::string& target, const json& body, Headers more, const Caller& caller) const {
  auto request = request_of("PUT", target, std::move(more), caller);
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = body.is_string() ? body.get<std::string>() : body.dump();
  return send(request);
}

Response ApiFixture::remove(const std::string& target, const Caller& caller) const { return send(request_of("DELETE", target, {}, caller)); }

Response ApiFixture::send(const Request& request) const { return noted(request, router->handle(request)); }

json json_of(const Response& response) {
  const auto parsed = parse_json(response.body);
  REQUIRE_MESSAGE(parsed, response.body);
  return *parsed;
}

std::string header_of(const Response& response, std::string_view name) { return std::string(response.header(name).value_or("")); }

std::string all_of(const Response& response) {
  if (!response.pieces) return response.body;
  std::string out;
  while (const auto piece = response.pieces()) out += *piece;
  return out;
}

void check_problem(const Response& response, int status, std::string_view code) {
  REQUIRE_MESSAGE(response.status == status, response.body);
  CHECK(header_of(response, "Content-Type") == "application/problem+json");
  const auto body = json_of(response);
  CHECK(body["code"] == code);
  CHECK(body["status"] == status);
  CHECK(body["type"].get<std::string>().starts_with("/problems/"));
  CHECK(body["trace_id"].get<std::string>().size() == 32);
  CHECK_FALSE(body["title"].get<std::string>().empty());
}

}  // namespace acta::test
