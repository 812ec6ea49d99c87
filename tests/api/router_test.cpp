#include "api/router.h"

#include <doctest/doctest.h>

#include "api/matcher.h"
#include "fixture.h"

using namespace acta;
using namespace acta::test;

TEST_CASE("matcher: a route is found by method and path, with its names and query decoded") {
  const Matcher matcher({{"GET", "/a/{x}"}, {"POST", "/a/{x}"}, {"GET", "/a/{x}/b/{y}"}});
  const auto match = matcher.find("GET", "/a/one%20two/b/3?q=1%2B1&r=a+b");
  REQUIRE(match);
  CHECK(match->route == 2);
  CHECK(match->path == std::vector<std::string>{"one two", "3"});
  CHECK(match->query.find("q")->second == "1+1");
  CHECK(match->query.find("r")->second == "a b");
  CHECK(matcher.find("POST", "/a/x")->route == 1);
  CHECK_FALSE(matcher.find("GET", "/a"));
  CHECK_FALSE(matcher.find("GET", "/a/x/"));
}

TEST_CASE("api: below /v1 everybody names himself") {
  const ApiFixture api;
  const auto response = api.get("/v1/cases", {}, {"", ""});
  check_problem(response, 401, "no_actor");
  CHECK_FALSE(header_of(response, "WWW-Authenticate").empty());
  check_problem(api.get("/v1/cases", {}, {"not a handle", "evaluator"}), 401, "no_actor");
  check_problem(api.get("/v1/cases", {}, {std::string(65, 'a'), "evaluator"}), 401, "no_actor");
}

TEST_CASE("api: health needs no name") {
  const ApiFixture api;
  CHECK(api.get("/livez", {}, {"", ""}).status == 200);
  const auto ready = api.get("/readyz?verbose", {}, {"", ""});
  REQUIRE(ready.status == 200);
  CHECK(json_of(ready)["ready"] == true);
  CHECK(json_of(api.get("/readyz", {}, {"", ""})) == nlohmann::json{{"ready", true}});
}

TEST_CASE("api: a path nobody serves is not found") {
  const ApiFixture api;
  for (const auto* target : {"/nothing", "/v2", "/v1/nothing", "/v1/cases/", "/problems/nothing"}) check_problem(api.get(target), 404, "not_found");
}

TEST_CASE("api: a method the path does not have is refused with those it has") {
  const ApiFixture api;
  for (const auto* method : {"DELETE", "PUT", "PATCH", "BREW"}) {
    const auto response = api.send({method, "/v1/cases", {{"Acta-Actor", "a"}}, {}});
    check_problem(response, 405, "wrong_method");
    CHECK(header_of(response, "Allow") == "GET, HEAD, POST");
  }
  const auto response = api.post("/v1/events", {});
  check_problem(response, 405, "wrong_method");
  CHECK(header_of(response, "Allow") == "GET, HEAD");
}

TEST_CASE("api: OPTIONS tells the methods") {
  const ApiFixture api;
  const auto one = api.send({"OPTIONS", "/v1/events", {}, {}});
  CHECK(one.status == 204);
  CHECK(header_of(one, "Allow") == "GET, HEAD, OPTIONS");
  CHECK(header_of(api.send({"OPTIONS", "*", {}, {}}), "Allow") == "GET, HEAD, POST, PUT, DELETE, OPTIONS");
}

TEST_CASE("api: HEAD is answered as GET is") {
  const ApiFixture api;
  CHECK(api.send({"HEAD", "/livez", {}, {}}).status == 200);
}

TEST_CASE("api: a Host that is not ours is misdirected") {
  const ApiFixture api("127.0.0.1:7171");
  for (const auto* host : {"127.0.0.1:7171", "localhost:7171", "[::1]:7171"}) CHECK(api.send({"GET", "/livez", {{"Host", host}}, {}}).status == 200);
  for (const auto* host : {"acta.example", "localhost", "localhost:80", "127.0.0.1:7172"})
    check_problem(api.send({"GET", "/livez", {{"Host", host}}, {}}), 421, "misdirected");
  check_problem(api.send({"GET", "/livez", {}, {}}), 421, "misdirected");
}

TEST_CASE("api: targets that are none, or too long, are refused") {
  const ApiFixture api;
  for (const auto* target : {"", "livez", "/a b", "/a#b", "/\x01"}) check_problem(api.send({"GET", target, {}, {}}), 400, "framing");
  check_problem(api.send({"GET", "/" + std::string(9'000, 'a'), {}, {}}), 414, "target_too_long");
}

TEST_CASE("api: a body in a coding we do not read is refused") {
  const ApiFixture api;
  check_problem(api.post("/v1/cases", opening_body(), {{"Content-Encoding", "gzip"}, {"Idempotency-Key", "k"}}), 415, "wrong_media_type");
}

TEST_CASE("api: a trace that comes with the request is named in the problem") {
  const ApiFixture api;
  const std::string id(32, 'b');
  const auto response = api.get("/nothing", {{"traceparent", "00-" + id + "-00f067aa0ba902b7-01"}});
  CHECK(json_of(response)["trace_id"] == id);
  CHECK(json_of(response)["instance"] == "/nothing");
}

TEST_CASE("api: every problem has a page") {
  const ApiFixture api;
  const auto response = api.get("/problems/conflict", {}, {"", ""});
  CHECK(response.status == 200);
  CHECK(header_of(response, "Content-Type").starts_with("text/html"));
}
