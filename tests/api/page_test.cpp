#include <doctest/doctest.h>

#include "fixture.h"

using namespace acta;
using namespace acta::test;

namespace {

const Headers browser = {{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"}};
const Caller nobody = {.actor = "", .role = ""};

Response page(const ApiFixture& api, const std::string& target) { return api.get(target, browser, nobody); }

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string open_titled(const ApiFixture& api, const std::string& title, const std::string& key) {
  auto body = opening_body();
  body["data"]["title"] = title;
  const auto response = api.post("/v1/cases", body, {{"Idempotency-Key", key}});
  REQUIRE_MESSAGE(response.status == 201, response.body);
  return json_of(response)["reference"];
}

// What stands between the quotes of the first `name="`.
std::string attribute(const std::string& html, const std::string& name) {
  const auto begin = html.find(name + "=\"");
  REQUIRE(begin != std::string::npos);
  const auto from = begin + name.size() + 2;
  return html.substr(from, html.find('"', from) - from);
}

}  // namespace

TEST_CASE("pages: a case and its history are reached from the start by links alone") {
  const ApiFixture api;
  const auto reference = open_titled(api, "Harbour statistics", "k");
  const auto start = page(api, "/");
  REQUIRE(start.status == 200);
  CHECK(holds(start.body, "<h1>Test facility</h1>"));
  REQUIRE(holds(start.body, "href=\"/cases?state=received\""));
  const auto list = page(api, "/cases?state=received");
  REQUIRE(holds(list.body, "href=\"/cases/" + reference + "\""));
  const auto shown = page(api, "/cases/" + reference);
  CHECK(shown.status == 200);
  CHECK(holds(shown.body, "Harbour statistics"));
  CHECK(holds(shown.body, "RequestReceived"));
  CHECK(holds(shown.body, "request letter"));
  CHECK(holds(shown.body, "blocked by"));
  CHECK(holds(page(api, "/cases/" + reference + "?role=project_officer").body, "<span class=\"yes\">allowed</span>"));
}

TEST_CASE("pages: each count by state is the number of cases that its link leads to") {
  const ApiFixture api;
  for (const auto* key : {"k1", "k2", "k3"}) open_titled(api, "T", key);
  CHECK(holds(page(api, "/").body, "received</a></th><td class=\"number\">3</td>"));
  CHECK(holds(page(api, "/cases?state=received").body, "<caption>3 cases</caption>"));
  CHECK(holds(page(api, "/cases?state=closed").body, "<caption>0 cases</caption>"));
}

TEST_CASE("pages: what people wrote stays text") {
  const ApiFixture api;
  const auto reference = open_titled(api, "<script>alert('x')</script> \"q\" & {{title}} \u202Eabc", "k");
  for (const auto& target : {std::string("/cases"), "/cases/" + reference, std::string("/cases?text=%3Cscript%3E%22")}) {
    const auto html = page(api, target).body;
    CHECK_FALSE(holds(html, "<script"));
    CHECK_FALSE(holds(html, "=\"<"));
  }
  const auto html = page(api, "/cases/" + reference).body;
  CHECK(holds(html, "<bdi>&lt;script&gt;alert("));
  CHECK(holds(html, "&quot;q&quot; &amp; {{title}}"));
}

TEST_CASE("pages: personal values are not on them") {
  const ApiFixture api;
  const auto reference = open_titled(api, "T", "k");
  REQUIRE(holds(api.get("/v1/cases/" + reference + "/events").body, "Orla Quist"));
  CHECK_FALSE(holds(page(api, "/cases/" + reference).body, "Orla Quist"));
}

TEST_CASE("pages: they run no script and load nothing from elsewhere") {
  const ApiFixture api;
  for (const auto* target : {"/", "/cases"}) {
    const auto response = page(api, target);
    CHECK(header_of(response, "Content-Type") == "text/html; charset=utf-8");
    CHECK(header_of(response, "Content-Security-Policy").starts_with("default-src 'none'; style-src 'self'"));
    CHECK(holds(response.body, "<html lang=\"en\">"));
    CHECK_FALSE(holds(response.body, "http"));
  }
}

TEST_CASE("pages: the style sheet may be kept for ever, under the name that its content gives it") {
  const ApiFixture api;
  const auto html = page(api, "/").body;
  const auto style = attribute(html.substr(html.find("stylesheet")), "href");
  const auto response = page(api, style);
  CHECK(response.status == 200);
  CHECK(header_of(response, "Content-Type") == "text/css; charset=utf-8");
  CHECK(holds(header_of(response, "Cache-Control"), "immutable"));
  CHECK(page(api, "/static/style-0.css").status == 404);
}

TEST_CASE("pages: a problem is a page for a browser and JSON for all others") {
  const ApiFixture api;
  for (const auto* target : {"/cases/ACT-1999-001", "/nowhere", "/cases/x/y"}) {
    const auto response = page(api, target);
    CHECK(response.status == 404);
    CHECK(header_of(response, "Content-Type") == "text/html; charset=utf-8");
    CHECK(holds(response.body, "Status 404"));
    check_problem(api.get(target, {}, nobody), 404, "not_found");
  }
  CHECK(page(api, "/?colour=red").status == 400);
  check_problem(page(api, "/v1/cases"), 401, "no_actor");
}
